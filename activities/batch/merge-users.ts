import {
  faceName,
  isSamePair,
  type PairedFace,
  type PairName,
  type PairRefusal,
  pairOf,
} from '../../domain/batch/pair.js';
import type { FaceRecord } from '../../domain/face-record.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { dropFace } from './drop-face.js';
import { moveFace } from './move-face.js';

/** Of the users that a batch job made: their faces have the job for a session. */
const isBatch = ({ rank }: FaceRecord) => rank.sessionId.startsWith('bj_');

interface Merge {
  tenant: Tenant;
  into: string;
  from: string;
  holder: string;
  /** The pair itself, which is resolved afterwards. */
  jobId: string;
  decided: PairName;
}

/**
 * Gives every face of one user to another one, and lets the first disappear. An ExternalImageId cannot be changed, so each
 * photo is indexed again, and counts for both users for a moment before it counts for one.
 * @returns why not, where it is not done, or not to its end
 */
export async function mergeUsers(ports: Ports, merge: Merge): Promise<PairRefusal | undefined> {
  const { tenant, into, from, holder } = merge;
  const { users } = ports;
  const refused = (await holdBoth(ports, merge)) ?? (await moveFaces(ports, merge));
  if (!refused) {
    await carryPairs(ports, merge);
    await users.release(tenant, from, holder);
  } else {
    await users.settle(tenant, from, holder);
  }
  await users.settle(tenant, into, holder);
  return refused;
}

/** A user without faces that count is in the way of nobody: an earlier try may have taken the last of them. */
async function holdBoth(
  { users, reconcileTable }: Ports,
  { tenant, into, from, holder }: Merge,
): Promise<PairRefusal | undefined> {
  // Nobody waits for anybody, so the order does not matter.
  for (const subject of [into, from]) {
    const [face] = (await reconcileTable.faces(tenant, subject)).filter(({ state }) => state === 'active');
    const held = await users.hold(tenant, subject, holder, face?.faceKey ?? '');
    if (held === 'busy') return 'user_busy';
    if (held === 'erasing') return 'user_erasing';
    if (held === 'not_found' && subject === into) return 'user_gone';
  }
  return undefined;
}

/** Every face of the user, those too that an earlier try has come no further with than to stop them counting. */
async function moveFaces(ports: Ports, merge: Merge): Promise<PairRefusal | undefined> {
  const { tenant, into, from } = merge;
  const { reconcileTable, archive } = ports;
  const rows = await reconcileTable.faces(tenant, from);
  const active = rows.filter(({ state }) => state === 'active');
  if (!active.every(isBatch) || (await reconcileTable.documents(tenant, from)).length > 0)
    return 'registered';
  // Before anything changes: a user whose faces can only be moved in part stays as it is.
  for (const { image } of active) {
    const { bucket, key, region } = image;
    if (!(await archive.head({ bucket, ...(region ? { region } : {}) }, key))) return 'photo_gone';
  }
  for (const row of active) {
    const refused = await moveFace(ports, merge, row);
    if (refused) return refused;
  }
  // First the ledger, which is found by the rows of faces.
  await ports.batches.moveSubject(tenant, from, into);
  for (const row of rows) await dropFace(ports, tenant, row, true);
  return undefined;
}

/** Pairs of the user with third ones are the other user's now; those with the other user are none any more. */
async function carryPairs({ batches, users, shardMap }: Ports, merge: Merge): Promise<void> {
  const { tenant, into, from } = merge;
  const generation = await shardMap.generation(tenant);
  for (const { jobId, pair } of await batches.pairsOf(tenant, from)) {
    const { similarity, at, resolution } = pair;
    const name = { first: faceName(pair.first), second: faceName(pair.second) };
    const [gone, other] = pair.first.subject === from ? [pair.first, pair.second] : [pair.second, pair.first];
    if (other.subject === into) {
      const side = pair.first.subject === into ? 'first' : 'second';
      const isDecided = jobId === merge.jobId && isSamePair(name, merge.decided);
      if (!resolution && !isDecided)
        await batches.resolve(tenant, jobId, name, { resolution: 'merge', into: side });
      continue;
    }
    const [row] = await users.readFaces(tenant, [{ subject: into, faceKey: gone.faceKey }]);
    const face = row?.faces[generation];
    if (face && !resolution) {
      const { faceId, collection } = face;
      const moved: PairedFace = { subject: into, faceKey: gone.faceKey, faceId, collection };
      await batches.addPair(tenant, jobId, pairOf(moved, other, { similarity, at }));
    }
    await batches.dropPair(tenant, jobId, name);
  }
}
