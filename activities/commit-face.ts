import type { IndexedFace, Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/** The commit point of a registration: `tentative` to `active`. */
export async function commitFace(
  { users, shardMap }: Pick<Ports, 'users' | 'shardMap'>,
  commit: {
    tenant: Tenant;
    subject: string;
    faceKey: string;
    rank: Rank;
    face: IndexedFace;
    image: ImageRef;
  },
): Promise<{ committed: boolean }> {
  const { tenant, ...face } = commit;
  const generation = await shardMap.generation(tenant);
  return { committed: await users.commitFace(tenant, { ...face, generation }) };
}
