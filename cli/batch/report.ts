import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { ApiClient } from '../api-client.js';
import { pathOfJob } from './job.js';

/** The parts of a report: for programs, of each photo, for people. */
export type ReportFormat = 'json' | 'csv' | 'html';

/**
 * `idv batch report`: writes a part of a job's report into a file, or to standard output.
 * @throws ApiProblem 404 while there is none
 */
export async function saveReport(
  api: ApiClient,
  id: string,
  { format, output }: { format: ReportFormat; output?: string },
  stdout: NodeJS.WritableStream,
  note: (line: string) => void,
): Promise<void> {
  const content = await api.download(`${pathOfJob(id)}/report.${format}`);
  if (output === undefined) return pipeline(content, stdout, { end: false });
  const part = `${output}.part`;
  try {
    await pipeline(content, createWriteStream(part));
    await rename(part, output);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  note(`Written to ${output}`);
}
