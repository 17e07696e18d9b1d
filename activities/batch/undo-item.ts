import { listsFace } from '../../domain/face-record.js';
import type { ItemJob, ItemMemo, ItemTools } from './item-work.js';

/**
 * Takes back what an item left behind that is given up: its row first, which may be there though the answer of its write was
 * lost, then its face. The face of a row that somebody else put there stays.
 */
export async function undoItem(
  { users, faces }: Pick<ItemTools, 'users' | 'faces'>,
  { tenant, jobId, chunk }: ItemJob,
  { subject, itemId, face }: ItemMemo,
): Promise<void> {
  if (!subject || !itemId) return;
  const key = { subject, faceKey: itemId };
  const [row] = await users.readFaces(tenant, [key]);
  const mine = row?.rank.sessionId === jobId && row.chunk === chunk;
  if (mine) await users.withdrawFace(tenant, key, jobId);
  const named = mine ? Object.values(row.faces) : [];
  const kept = face && row && !mine && listsFace(row, face.faceId);
  for (const { collection, faceId } of [...named, ...(face && !kept ? [face] : [])])
    await faces.deleteFaces({ collection, faceIds: [faceId] });
}
