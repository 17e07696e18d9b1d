/** Where a batch job finds photos, and whose they are. Keys keep their case and any Unicode. */
export type BatchSource = PrefixSource | ManifestSource;

interface Place {
  bucket: string;
  /** Of the bucket, where it is not the one of the service; then photos are read and sent as bytes. */
  region?: string;
}

/** Every object under a prefix, in the order of its key's UTF-8 bytes. */
export interface PrefixSource extends Place {
  kind: 'prefix';
  /** May be empty. */
  prefix: string;
  /** A template of the whole key that says where the user id is: `photos/{user_id}/*.jpg` (key-template.ts). */
  userId: string;
}

/** A list in S3: CSV with a header, or one JSON object a line (RFC 4180, jsonlines.org). */
export interface ManifestSource extends Place {
  kind: 'manifest';
  key: string;
  format: 'csv' | 'jsonl';
  /** Where the photos are, if not in the manifest's bucket. */
  photos?: Place;
  /**
   * Of photos in our own bucket: one whose key does not begin so counts as not there. The bucket has photos of other accounts
   * too.
   */
  within?: string;
  /** Names of columns. */
  columns: { key: string; userId?: string };
  /** As of `PrefixSource`, where no column says it. */
  userId?: string;
}

/**
 * A part of a source that one chunk of work covers; the same part whenever it is read. `keys`: what comes after `after` up to
 * and including `through`. `bytes`: whole records of a manifest, from a byte up to another.
 */
export type SourceRange =
  | { kind: 'keys'; after: string; through: string }
  | {
      kind: 'bytes';
      from: number;
      to: number;
      /** Line, from 1, that the first record begins on. */
      line: number;
      /** Of the manifest: another one is another manifest, whose records end elsewhere. */
      etag: string;
    };

/** A photo of a source. */
export interface SourceItem {
  bucket: string;
  key: string;
  region?: string;
  /** S3's ETag; absent until the object was looked at. */
  etag?: string;
  /** Bytes; absent until the object was looked at. */
  size?: number;
  /** Absent where the source does not say whose photo it is. */
  userId?: string;
  /** What else a manifest says; kept with the item. */
  attributes?: Readonly<Record<string, string>>;
  /** Of a manifest: the line it begins on, from 1. */
  line?: number;
  /** It is no item: the line cannot be read, or names what may not be read (`within`), or no user. It is rejected for that. */
  broken?: 'line_unreadable' | 'key_missing' | 'not_found' | 'user_id_invalid';
}
