import {
  faceName,
  isSamePair,
  type PairedFace,
  type PairName,
  type PairRefusal,
} from '../../domain/batch/pair.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { dropFace } from './drop-face.js';

/**
 * Takes a face of a pair back, as a rollback of its job would; with its last face the user disappears.
 * @param request.decided the pair itself, which is resolved afterwards
 * @returns why not, where it is not done
 */
export async function removePairedFace(
  ports: Ports,
  request: { tenant: Tenant; jobId: string; face: PairedFace; holder: string; decided: PairName },
): Promise<PairRefusal | undefined> {
  const { tenant, jobId, face, holder, decided } = request;
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
    const isDecided = job === jobId && isSamePair(names, decided);
    if (!pair.resolution && side && !isDecided)
      await batches.resolve(tenant, job, names, { resolution: 'remove', face: side });
  }
  await users.release(tenant, subject, holder);
  return undefined;
}
