import { createActivities } from '../../../activities/index.js';
import { externalImageId, type IndexedFace } from '../../../domain/face-record.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import { facePhotoKey } from '../../../domain/photo-keys.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';
import { subjectOf } from './registered.js';

export const subject = subjectOf('me');
export const sessionId = 'vs_update';
export const faceKey = 'newkey2222222222';

type Step = 'held' | 'in line' | 'indexed' | 'committed' | 'replaced';
type Steps = AsyncGenerator<Step, IndexedFace>;

/** A photo update of the user `me`, from its hold of the user to the end, step by step. Returns the new face. */
export async function* updating(
  { ports, collection: collectionOf }: OnTwin,
  { tenant, image, shard = 's0' }: { tenant: Tenant; image: ImageRef; shard?: string },
): Steps {
  const activities = createActivities(ports);
  const held = await activities.holdUser({ tenant, subject, sessionId, faceKey });
  if (held.outcome !== 'held') throw new Error(`The user is ${held.outcome}.`);
  yield 'held';
  const collection = collectionOf(tenant, shard);
  const rank = { startedAt: 2_000, sessionId };
  await ports.users.placeFace(tenant, { subject, faceKey, rank, collection, image });
  yield 'in line';
  const { face } = await activities.indexFace({
    ...{ collection, image, qualityFilter: 'HIGH' },
    externalImageId: externalImageId(subject, faceKey),
  });
  if (!face) throw new Error('The picture has no face.');
  yield 'indexed';
  const photo = { ...image, key: facePhotoKey(tenant, subject, faceKey) };
  await activities.promotePhoto({ from: image, to: photo });
  await activities.commitFace({ tenant, subject, faceKey, rank, face, image: photo });
  yield 'committed';
  await activities.replaceFaces({ tenant, subject, older: held.older, face, bucket: image.bucket });
  await ports.users.settle(tenant, subject, sessionId);
  yield 'replaced';
  return face;
}

/** Lets it go on until a step is done. */
export async function upTo(steps: Steps, step: Step): Promise<void> {
  while ((await steps.next()).value !== step);
}

export async function toTheEnd(steps: Steps): Promise<IndexedFace> {
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}
