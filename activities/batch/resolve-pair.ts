import {
  isSameDecision,
  type PairAnswer,
  type PairDecision,
  type PairName,
  sideOf,
} from '../../domain/batch/pair.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { mergeUsers } from './merge-users.js';
import { removePairedFace } from './remove-paired-face.js';

export interface ResolveRequest {
  tenant: Tenant;
  jobId: string;
  pair: PairName;
  decision: PairDecision;
}

/**
 * Resolves a pair of duplicates as somebody decided. Whatever it stops at, every face counts for one user or the other, and a
 * repeat goes on from there.
 * @throws ApplicationFailure `Throttled`, `DependencyUnavailable`, `OperatorMustAct`
 */
export async function resolvePair(
  ports: Ports,
  { tenant, jobId, pair: name, decision }: ResolveRequest,
): Promise<PairAnswer> {
  const side = sideOf(decision);
  const resolved: PairAnswer = { resolved: decision.resolution, ...(side ? { side } : {}) };
  const pair = await ports.batches.pair(tenant, jobId, name);
  if (!pair) return { refused: 'not_found' };
  if (pair.resolution && isSameDecision({ resolution: pair.resolution, side: pair.side }, decision))
    return resolved;
  // What was kept may be looked at again; what is gone is gone.
  if (pair.resolution && pair.resolution !== 'keep') return { refused: 'resolved' };
  // Of its own, so that no two decisions hold a user at the same time.
  const holder = `${jobId}.${pair.first.faceKey}.${pair.second.faceKey}`;
  const work = { tenant, jobId, holder, decided: name };
  if (decision.resolution === 'merge') {
    const [into, from] = decision.into === 'first' ? [pair.first, pair.second] : [pair.second, pair.first];
    const refused = await mergeUsers(ports, { into: into.subject, from: from.subject, ...work });
    if (refused) return { refused };
  }
  if (decision.resolution === 'remove') {
    const refused = await removePairedFace(ports, { face: pair[decision.face], ...work });
    if (refused) return { refused };
  }
  // Last of all, once users are let go of: a repeat has nothing more to do then.
  await ports.batches.resolve(tenant, jobId, name, decision);
  return resolved;
}
