import { faceName, type PairedFace, type PairRefusal } from '../../domain/batch/pair.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { dropFace } from './drop-face.js';

/**
 * Takes a face of a pair back, as a rollback of its job would; with its last face the user disappears.
 * @returns why not, where it is not done
 */
export async function removePairedFace(
  ports: Ports,
  request: { tenant: Tenant; jobId: string; face: PairedFace; holder: string },
): Promise<PairRefusal | undefined> {
  const { tenant, jobId, face, holder } = request;
  const { batches, users } = ports;
  const { subject, faceKey } = face;
  const held = await users.hold(tenant, subject, holder, faceKey);
  if (held === 'busy') return 'user_busy';
  if (held === 'erasing') return 'user_erasing';
  const [row] = await users.readFaces(tenant, [face]);
  if (row && row.rank.sessionId !== jobId) {
    await users.settle(tenant, subject, holder);
    return 'not_of_job';
  }
  if (row) await dropFace(ports, tenant, row);
  for (const { jobId: job, pair } of await batches.pairsOf(tenant, subject)) {
    const names = { first: faceName(pair.first), second: faceName(pair.second) };
    const side = (['first', 'second'] as const).find((each) => names[each] === faceName(face));
    if (!pair.resolution && side)
      await batches.resolve(tenant, job, names, { resolution: 'remove', face: side });
  }
  await users.release(tenant, subject, holder);
  return undefined;
}
