import { createArchive } from '../../activities/aws/archive.js';
import { createAwsClients, createS3Clients } from '../../activities/aws/clients.js';
import { awsSettings } from '../../activities/aws/settings.js';
import type { Environment } from '../../configuration/environment.js';
import type { ManifestSource } from '../../domain/batch/source.js';
import { localManifest, type ManifestReader } from './read-manifest.js';
import { manifestFormatOf, parseS3Uri } from './s3-uri.js';
import { sayCount, sayMany, sayText } from './say.js';
import { type BadLine, validateManifest } from './validate-manifest.js';

/** Options of `idv batch validate`. */
export interface ValidateFlags {
  format?: 'csv' | 'jsonl';
  region?: string;
  keyColumn?: string;
  userColumn?: string;
  userId?: string;
  json?: boolean;
}

/**
 * `idv batch validate`: tells of every line of a manifest that a job would reject.
 * @param manifest a file, or `s3://bucket/key`
 * @returns whether there is none, and at least one photo
 * @throws Error when the manifest cannot be read
 */
export async function validate(
  manifest: string,
  flags: ValidateFlags,
  environment: Environment,
  print: (line: string) => void,
): Promise<boolean> {
  const source = sourceOf(manifest, flags);
  const bad: BadLine[] = [];
  let count = 0;
  const tell = (line: BadLine) => {
    count += 1;
    if (flags.json) bad.push(line);
    else print(sayLine(line));
  };
  const items = await reading(manifest, environment, (reader) => validateManifest(reader, source, tell));
  if (flags.json) print(JSON.stringify({ photos: items, bad_lines: bad }, undefined, 2));
  else print(summary(items, count));
  return count === 0 && items > 0;
}

const sayLine = ({ line, reason, message, key }: BadLine) =>
  `line ${line}: ${reason}: ${message}${key === undefined ? '' : ` (${sayText(key)})`}`;

function summary(items: number, bad: number): string {
  if (items === 0) return 'The manifest lists no photo.';
  const listed = sayMany(items, 'photo');
  if (bad === 0) return `${listed}, every line is good.`;
  return `${listed}, ${sayMany(bad, 'line')} to mend. A job would reject those and index the other ${sayCount(items - bad)}.`;
}

function sourceOf(manifest: string, flags: ValidateFlags): ManifestSource {
  const { region, keyColumn, userColumn, userId } = flags;
  const format = flags.format ?? manifestFormatOf(manifest);
  if (format === undefined)
    throw new Error(`Is ${manifest} CSV, or JSON Lines? Add --format csv, or --format jsonl.`);
  // As the API does: a column says whose photo it is, unless only a template was given.
  const column = userColumn ?? (userId === undefined ? 'user_id' : undefined);
  return {
    kind: 'manifest',
    ...(manifest.startsWith('s3://') ? parseS3Uri(manifest) : { bucket: '', key: manifest }),
    ...(region === undefined ? {} : { region }),
    format,
    columns: { key: keyColumn ?? 'key', ...(column === undefined ? {} : { userId: column }) },
    ...(userId === undefined ? {} : { userId }),
  };
}

async function reading<T>(
  manifest: string,
  environment: Environment,
  work: (reader: ManifestReader) => Promise<T>,
): Promise<T> {
  if (!manifest.startsWith('s3://')) {
    const file = await localManifest(manifest);
    return work(file).finally(() => file.close());
  }
  const settings = awsSettings(environment);
  const clients = createAwsClients(settings);
  const s3 = createS3Clients(clients.s3, settings.AWS_REGION);
  return work(createArchive(s3)).finally(() => {
    s3.destroy();
    clients.destroy();
  });
}
