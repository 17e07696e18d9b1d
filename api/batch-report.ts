import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { Ports } from '../activities/ports.js';
import type { BatchState } from '../domain/batch/job.js';
import { Problem } from './problem.js';

/** The parts of a report, and how they are served. */
export const reportFiles = {
  json: { file: 'report.json', type: 'application/json' },
  csv: { file: 'items.csv', type: 'text/csv; charset=utf-8' },
  html: { file: 'report.html', type: 'text/html; charset=utf-8' },
} as const;

/** A list of millions of items is never in memory as a whole. */
const PIECE_BYTES = 4 * 1024 * 1024;

/**
 * Sends a part of a job's report as it is in S3.
 * @throws Problem 404 where it is not written yet
 */
export async function sendReport(
  archive: Ports['archive'],
  { jobId, report }: BatchState,
  kind: keyof typeof reportFiles,
  response: Response,
): Promise<void> {
  const { file, type } = reportFiles[kind];
  const key = `${report?.prefix}${file}`;
  const piece = (bucket: string, from: number) =>
    archive.read({ bucket }, key, { from, to: from + PIECE_BYTES });
  const first = report && (await piece(report.bucket, 0));
  if (!first) throw notReady();

  async function* pieces(bucket: string, { bytes, size, etag }: NonNullable<typeof first>) {
    yield bytes;
    for (let from = bytes.length; from < size; ) {
      const next = await piece(bucket, from);
      if (next?.etag !== etag || next.bytes.length === 0) throw new Error('The report was written anew.');
      yield next.bytes;
      from += next.bytes.length;
    }
  }
  response.status(200).type(type).set('Content-Length', String(first.size));
  response.set('X-Content-Type-Options', 'nosniff');
  // Nothing in a report loads or runs anything.
  if (kind === 'html')
    response.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  if (kind === 'csv') response.set('Content-Disposition', `attachment; filename="${jobId}.csv"`);
  await pipeline(Readable.from(pieces(report.bucket, first)), response);
}

const notReady = () =>
  new Problem(
    404,
    'report_not_ready',
    'There is no report yet',
    'It is written when the job ends. Read the job until its status is completed or canceled.',
  );
