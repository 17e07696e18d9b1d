import { reportPartOf, reportPrefix } from '../../domain/batch/report.js';
import type { Tenant } from '../../domain/session.js';
import type { Ports } from '../ports.js';
import { writeItems } from './write-items.js';

/**
 * Removes what batch jobs know of a user: from their ledgers and pairs, and from the lists of items that were written of them,
 * older versions too. Those are in parts, so that little of a list is written anew.
 * @returns how many rows there were
 */
export function forgetBatchItems(
  ports: Pick<Ports, 'batches' | 'photos' | 'photoVersions' | 'archive'>,
  { tenant, subject }: { tenant: Tenant; subject: string },
  progress: () => void,
): Promise<number> {
  const { archive, batches, photoVersions } = ports;
  return batches.forgetSubject(tenant, subject, async (jobId, chunks) => {
    const parts = new Map(chunks.map(reportPartOf).map((part) => [part.file, part]));
    for (const part of parts.values()) {
      // While a report is being written its writer looks once more; before that there is nothing.
      const key = reportPrefix(tenant, jobId) + part.file;
      if (!(await archive.head({ bucket: photoVersions.bucket }, key))) continue;
      await writeItems(ports, { tenant, jobId, part, rewrite: true }, progress);
    }
  });
}
