import type { Ports, User } from '../activities/ports.js';
import { type DuplicatePair, faceName, type PairedFace } from '../domain/batch/pair.js';
import type { Tenant } from '../domain/session.js';

/** Users who are read at the same time. */
const USERS_AT_ONCE = 16;

/** The users that there still are. */
export async function usersOf(
  { users }: Pick<Ports, 'users'>,
  tenant: Tenant,
  subjects: readonly string[],
): Promise<ReadonlyMap<string, User>> {
  const found = new Map<string, User>();
  const all = [...new Set(subjects)];
  for (let at = 0; at < all.length; at += USERS_AT_ONCE) {
    const some = all.slice(at, at + USERS_AT_ONCE);
    for (const user of await Promise.all(some.map((subject) => users.read(tenant, subject))))
      if (user) found.set(user.subject, user);
  }
  return found;
}

/** A pair of duplicates, with the names of its users and where their photos are. */
export function renderPair(pair: DuplicatePair, users: ReadonlyMap<string, User>) {
  const { first, second, similarity, resolution, at } = pair;
  return {
    id: `${faceName(first)}~${faceName(second)}`,
    similarity,
    resolution: resolution ?? null,
    first: renderFace(first, users),
    second: renderFace(second, users),
    at: new Date(at).toISOString(),
  };
}

/** With its photo, for whoever has to decide; a face that is gone has none. */
function renderFace({ subject, faceKey, faceId, collection }: PairedFace, users: ReadonlyMap<string, User>) {
  const user = users.get(subject);
  const image = user?.faces.find((face) => face.faceKey === faceKey)?.image;
  return {
    user_id: user?.userId ?? null,
    subject,
    face_id: faceId,
    collection,
    uri: image ? `s3://${image.bucket}/${image.key}` : null,
  };
}
