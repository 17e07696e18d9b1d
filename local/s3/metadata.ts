import { mkdir } from 'node:fs/promises';
import { ClassicLevel } from 'classic-level';
import type { ChecksumAlgorithm } from './checksums.js';

/** A bucket. `versioning` is absent until it was first switched on. */
export interface Bucket {
  name: string;
  /** Milliseconds since 1970, as all times here. */
  createdAt: number;
  region: string;
  versioning?: 'Enabled' | 'Suspended';
  /** Sub-resources by query name (`lifecycle`, `cors`, ...), as they were put. */
  configuration: Record<string, string>;
}

/** What a client says about an object, kept with it. */
export interface Attributes {
  /** content-type, cache-control, content-disposition, content-encoding, content-language, expires. */
  headers: Record<string, string>;
  /** x-amz-meta-*, names without the prefix. */
  metadata: Record<string, string>;
  encryption: { algorithm: string; kmsKey?: string };
  tags: Record<string, string>;
}

/** Checksums of a content, in base64. `composite`: of the parts' checksums, with their number behind. */
export interface Checksums {
  values: Partial<Record<ChecksumAlgorithm, string>>;
  composite?: true;
}

/** An object's version with content. */
export interface StoredVersion extends Attributes {
  versionId: string;
  /** Grows with every version; what the order of versions is kept by. */
  sequence: number;
  modifiedAt: number;
  blob: string;
  size: number;
  etag: string;
  checksums: Checksums;
  deleteMarker?: undefined;
}

/** What deletion leaves in a bucket with versions. */
export interface DeleteMarker {
  versionId: string;
  sequence: number;
  modifiedAt: number;
  deleteMarker: true;
}

export type Version = StoredVersion | DeleteMarker;

export interface Upload {
  bucket: string;
  key: string;
  id: string;
  startedAt: number;
  attributes: Attributes;
  algorithm?: ChecksumAlgorithm;
  checksumType?: 'COMPOSITE' | 'FULL_OBJECT';
}

export interface Part {
  number: number;
  blob: string;
  size: number;
  etag: string;
  modifiedAt: number;
  checksums: Checksums['values'];
}

type Level = ClassicLevel<string, string>;
type Table<T> = ReturnType<typeof table<T>>;

/** Everything but contents, in one LevelDB. UTF-8 byte order of the keys is S3's order of listing. */
export interface Metadata {
  level: Level;
  buckets: Table<Bucket>;
  /** The live object of a key, under `objectKey`: what reads and lists use. */
  current: Table<StoredVersion>;
  /** All versions of a key, newest first, under `versionKey`. */
  versions: Table<Version>;
  uploads: Table<Upload>;
  parts: Table<Part>;
  /** Ids of blobs that no version and no part refers to (see blobs.ts). */
  unreferenced: Table<true>;
}

/** Changes that happen together or not at all. */
export type Batch = ReturnType<Level['batch']>;

/** Opens the metadata in `directory`. Throws an Error whose cause has code LEVEL_LOCKED when another process has it open. */
export async function openMetadata(directory: string): Promise<Metadata> {
  await mkdir(directory, { recursive: true });
  const level: Level = new ClassicLevel(directory);
  await level.open();
  return {
    level,
    buckets: table(level, 'buckets'),
    current: table(level, 'current'),
    versions: table(level, 'versions'),
    uploads: table(level, 'uploads'),
    parts: table(level, 'parts'),
    unreferenced: table(level, 'unreferenced'),
  };
}

function table<T>(level: Level, name: string) {
  return level.sublevel<string, T>(name, { valueEncoding: 'json' });
}

/** NUL is in no bucket name and sorts first, so that `p` comes before `p/q` as in S3. */
export const objectKey = (bucket: string, key: string) => `${bucket}\0${key}`;

/** Sequence numbers count down in the key, so that the newest version of a key comes first. */
export const versionKey = (bucket: string, key: string, sequence: number) =>
  `${objectKey(bucket, key)}\0${(Number.MAX_SAFE_INTEGER - sequence).toString(16).padStart(14, '0')}`;

/** The key of the object that a `versionKey` belongs to. */
export const keyOfVersion = (bucket: string, versionKey: string) =>
  versionKey.slice(bucket.length + 1, -(SEQUENCE_LENGTH + 1));

const SEQUENCE_LENGTH = 14;

export const uploadKey = (bucket: string, id: string) => `${bucket}\0${id}`;

export const partKey = (uploadId: string, number: number) =>
  `${uploadId}\0${String(number).padStart(5, '0')}`;
