import type { IndexedFace, Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import type { Tenant } from '../domain/session.js';
import type { Ports } from './ports.js';

/**
 * The commit point of a registration: `tentative` to `active`.
 * @returns `taken`: no rival was quicker, the user was taken from this session, by another one or by its erasure
 */
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
): Promise<{ committed: boolean; taken?: 'busy' | 'erasing' }> {
  const { tenant, ...face } = commit;
  const generation = await shardMap.generation(tenant);
  if (await users.commitFace(tenant, { ...face, generation })) return { committed: true };
  const [row] = await users.readFaces(tenant, [face]);
  // Of a session that goes on, nobody but an erasure removes the row.
  if (!row || row.state === 'erased') return { committed: false, taken: 'erasing' };
  return { committed: false, ...(row.fenced ? { taken: 'busy' } : {}) };
}
