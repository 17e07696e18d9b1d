/** An object as a list of the bucket shows it. */
export interface StoredPhoto {
  key: string;
  /** Milliseconds since the epoch. */
  modifiedAt: number;
}

/** The photos' bucket as it is stored, versions and all. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface PhotoVersions {
  /** Where photos are written. */
  bucket: string;
  /**
   * Removes every version and every delete marker under the prefix, for good.
   * @param options.except the key of an object that stays
   * @param options.exact `prefix` is the key of one object
   * @param options.progress told how many are gone so far
   * @returns how many versions and markers there were
   */
  erase(
    prefix: string,
    options?: { except?: string; exact?: boolean; progress?: (erased: number) => void },
  ): Promise<number>;
  /** A page of the current objects, by key. */
  list(
    prefix: string,
    page: { limit: number; token?: string },
  ): Promise<{ photos: StoredPhoto[]; token?: string }>;
}
