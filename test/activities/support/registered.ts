import { externalImageId, type FaceRecord } from '../../../domain/face-record.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';
import { picture } from './pictures.js';

/** A pseudonym, 26 characters of base32, told apart by its first letters. */
export const subjectOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .padEnd(26, '2')
    .slice(0, 26);
export const KEY = 'facekey222222222';

export interface Registered {
  subject: string;
  faceKey: string;
  faceId: string;
  collection: string;
}

/**
 * A face in a collection with its row. `alike`: how similar it is to a photo of the `person`; `state`: of the row,
 * `orphan` for a face without one.
 */
export async function registered(
  { ports, store, collection: collectionOf }: OnTwin,
  tenant: Tenant,
  user: {
    name: string;
    person: string;
    alike?: number;
    shard?: string;
    faceKey?: string;
    state?: FaceRecord['state'] | 'orphan';
    startedAt?: number;
    /** Of the face; a photo nobody else has where it is absent. */
    image?: ImageRef;
  },
): Promise<Registered> {
  const {
    name,
    person,
    alike = 100,
    shard = 's0',
    faceKey = KEY,
    state = 'active',
    startedAt = 1_000,
  } = user;
  const subject = subjectOf(name);
  const collection = collectionOf(tenant, shard);
  const image = user.image ?? (await store(picture(person, { similarity: alike })));
  const key = { subject, faceKey, rank: { startedAt, sessionId: `session-of-${name}` } };
  if (state !== 'orphan') await ports.users.placeFace(tenant, { ...key, collection, image });
  const { face } = await ports.faces.indexFace({
    collection,
    image,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter: 'NONE',
  });
  if (!face) throw new Error('The picture has no face.');
  if (state === 'active') await ports.users.commitFace(tenant, { ...key, generation: '1', face, image });
  if (state === 'lost') await ports.users.displaceFace(tenant, key);
  return { subject, faceKey, faceId: face.faceId, collection };
}
