import type { FaceRecord } from '../domain/face-record.js';
import type { Tenant } from '../domain/session.js';
import type { UserTable } from './ports.js';

/** Rows of faces, read strongly; those that are not there are left out. */
export async function readFaces(
  users: UserTable,
  { tenant, faces }: { tenant: Tenant; faces: readonly { subject: string; faceKey: string }[] },
): Promise<{ rows: FaceRecord[] }> {
  return { rows: await users.readFaces(tenant, faces) };
}
