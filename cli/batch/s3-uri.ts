/** A place in S3. */
export interface S3Place {
  bucket: string;
  /** As it is, not encoded; empty: the whole bucket. */
  key: string;
}

/** @throws Error when it is none */
export function parseS3Uri(text: string): S3Place {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9.-]{3,63})(?:\/(.*))?$/su.exec(text) ?? [];
  if (bucket === undefined) throw new Error(`"${text}" is no place in S3: write s3://bucket/prefix/.`);
  return { bucket, key };
}

/** How a manifest is written, by its name; undefined: it is no manifest. */
export function manifestFormatOf(name: string): 'csv' | 'jsonl' | undefined {
  if (/\.csv$/i.test(name)) return 'csv';
  return /\.(jsonl|ndjson)$/i.test(name) ? 'jsonl' : undefined;
}
