import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Ports } from '../activities/ports.js';
import type { BatchState } from '../domain/batch/job.js';
import { reportParts } from '../domain/batch/report.js';
import { Problem } from './problem.js';

/** What a report consists of, and how it is served: of the list of items there are several files, one after the other. */
export const reportFiles = {
  json: { files: () => ['report.json'], type: 'application/json' },
  csv: {
    files: ({ chunks }: BatchState) => reportParts(chunks.begun).map(({ file }) => file),
    type: 'text/csv; charset=utf-8',
  },
  html: { files: () => ['report.html'], type: 'text/html; charset=utf-8' },
} as const;

/** A list of millions of items is never in memory as a whole. */
const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Sends a part of a job's report as it is in S3.
 * @throws Problem 404 where it is not written yet
 */
export async function sendReport(
  archive: Ports['archive'],
  state: BatchState,
  kind: keyof typeof reportFiles,
  response: Response,
): Promise<void> {
  const { report } = state;
  const { type } = reportFiles[kind];
  const [file = '', ...more] = reportFiles[kind].files(state);
  const piece = (name: string, from: number) =>
    archive.read({ bucket: report?.bucket ?? '' }, `${report?.prefix}${name}`, {
      from,
      to: from + PIECE_BYTES,
    });
  const first = report && (await piece(file, 0));
  if (!first) throw notReady();

  async function* pieces({ bytes, size, etag }: NonNullable<typeof first>, name: string) {
    yield bytes;
    for (let from = bytes.length; from < size; ) {
      const next = await piece(name, from);
      if (next?.etag !== etag || next.bytes.length === 0) throw writtenAnew();
      yield next.bytes;
      from += next.bytes.length;
    }
  }
  async function* all(begun: NonNullable<typeof first>) {
    yield* pieces(begun, file);
    for (const name of more) {
      const next = await piece(name, 0);
      if (!next) throw writtenAnew();
      yield* pieces(next, name);
    }
  }
  response.status(200).type(type);
  if (more.length === 0) response.set('Content-Length', String(first.size));
  response.set('X-Content-Type-Options', 'nosniff');
  // Nothing in a report loads or runs anything.
  if (kind === 'html')
    response.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  if (kind === 'csv') response.set('Content-Disposition', `attachment; filename="${state.jobId}.csv"`);
  await pipeline(Readable.from(all(first)), response);
}

const writtenAnew = () => new Error('The report is being written anew. Ask for it again.');

const notReady = () =>
  new Problem(
    404,
    'report_not_ready',
    'There is no report yet',
    'It is written when the job ends. Read the job until its status is completed or canceled.',
  );
