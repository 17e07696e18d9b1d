/** An object as a list of its bucket shows it. */
export interface ArchivedObject {
  key: string;
  etag: string;
  /** Bytes. */
  size: number;
}

/** A bucket of somebody's, in whatever region. */
export interface ArchiveBucket {
  bucket: string;
  region?: string;
}

/**
 * Buckets that hold a company's photos: read, never changed. Every method throws ApplicationFailure as `FaceIndex` does;
 * `OperatorMustAct` where the bucket is not there or may not be read.
 */
export interface Archive {
  /** Objects after a key, in the order of their keys' UTF-8 bytes. */
  list(
    bucket: ArchiveBucket,
    page: { prefix: string; after?: string; limit: number },
  ): Promise<{ objects: ArchivedObject[]; more: boolean }>;
  /**
   * What is at a key. `denied`: this object may not be read; where the bucket may not be listed either, S3 says so of one that
   * is not there too.
   */
  look(bucket: ArchiveBucket, key: string): Promise<ArchivedObject | 'absent' | 'denied'>;
  /** Undefined where there is no such object, or it may not be seen. */
  head(bucket: ArchiveBucket, key: string): Promise<ArchivedObject | undefined>;
  /**
   * The bytes from `from` up to, not including, `to`; fewer where the object ends before. Undefined where there is none.
   * @returns `size` of the whole object
   */
  read(
    bucket: ArchiveBucket,
    key: string,
    range?: { from: number; to: number },
  ): Promise<{ bytes: Uint8Array; size: number; etag: string } | undefined>;
}
