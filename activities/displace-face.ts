import type { FaceRecord } from '../domain/face-record.js';
import type { Tenant } from '../domain/session.js';
import type { UserTable } from './ports.js';

/** Takes a rival that stands behind us out of the race, if it still stands where we saw it. */
export async function displaceFace(
  users: UserTable,
  { tenant, face }: { tenant: Tenant; face: Pick<FaceRecord, 'subject' | 'faceKey' | 'rank'> },
): Promise<{ displaced: boolean }> {
  return { displaced: await users.displaceFace(tenant, face) };
}
