import { ApplicationFailure } from '@temporalio/common';
import type { CheckResult } from '../domain/decision.js';
import { counts } from '../domain/face-record.js';
import type { CallFact } from '../domain/facts.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { failures } from '../workflows/failures.js';
import { everyCollection } from './collections.js';
import type { Ports } from './ports.js';
import { duplicateResult, MAX_FACES, othersThatCount } from './search-duplicates.js';
import { searchShards } from './search-shards.js';

/**
 * The last look, a minute after the answer: is there another user with this face after all? Removes leftovers too.
 * @returns passed, or `duplicate_face` or `duplicate_suspected`: whatever else keeps a search from its end is no finding
 * @throws ApplicationFailure `DependencyUnavailable` when a shard did not answer: nobody waits, so it is tried again
 */
export async function recheckDuplicate(
  ports: Pick<Ports, 'faces' | 'users' | 'shardMap' | 'facts' | 'sessions'>,
  request: { tenant: Tenant; subject: string; faceKey: string; policy: Policy },
): Promise<CheckResult> {
  const { tenant, subject, faceKey, policy } = request;
  const user = await ports.users.read(tenant, subject);
  const row = user?.faces.find((each) => each.faceKey === faceKey && each.state === 'active');
  // Replaced or erased meanwhile: nothing left to look for.
  if (!row) return { check: 'duplicate', outcome: 'passed', reasons: [], evidence: { calls: 0 } };
  const { image } = row;
  const collections = await everyCollection(ports.shardMap, tenant);
  const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES });
  // By the row as it is now: one whose face was lost may have got it back under another id.
  const leftovers = answer.found.filter(
    (found) => found.subject === subject && found.faceKey === faceKey && !counts(found.row, found.faceId),
  );
  for (const { collection, faceId } of leftovers)
    await ports.faces.deleteFaces({ collection, faceIds: [faceId] });
  // A photo of a face that counts was good enough when it counted first: of its quality there is nothing to find.
  const others = othersThatCount(answer.found, subject);
  const result = duplicateResult({ ...answer, noFace: false }, image, others);
  if (answer.unanswered.length > 0 && result.outcome !== 'failed') {
    throw ApplicationFailure.create({
      type: failures.dependencyUnavailable,
      message: `SearchFacesByImage: ${answer.unanswered.length} collections did not answer`,
    });
  }
  const { facts = [], ...found } = result;
  await writeFacts(ports, tenant, row.rank.sessionId, facts, found);
  return found;
}

/** Nothing else is written after most last looks, so they write their facts themselves. */
async function writeFacts(
  { facts: table, sessions }: Pick<Ports, 'facts' | 'sessions'>,
  tenant: Tenant,
  sessionId: string,
  facts: readonly CallFact[],
  { check, outcome, reasons }: CheckResult,
): Promise<void> {
  const noted = facts.map((fact, at) => ({ ...fact, attempt: 0, number: at + 1, check, outcome, reasons }));
  await table.write(tenant, sessionId, noted);
  const row = await sessions.read(tenant, sessionId);
  if (!row)
    await table.remove(tenant, sessionId, noted); // erased meanwhile
  else if (row.redaction) await table.forget(tenant, sessionId);
}
