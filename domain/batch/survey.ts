import type { ItemReason } from './item.js';

/** What a look at a source found, before anything is done with it: the facts that a plan is made of. */
export interface SourceSurvey {
  /** Photos that the source lists, those that cannot be indexed too. */
  items: number;
  /** Bytes of the usable photos; of a manifest an estimate from the sample. Absent where nothing says it. */
  bytes?: number;
  /** Items that will be rejected for sure, by reason: what the listing alone tells. */
  unusable: Readonly<Partial<Record<ItemReason, number>>>;
  /** The first few lines of a manifest, from 1, that cannot be used, and why. */
  badLines: readonly { line: number; reason: ItemReason }[];
  /**
   * Photos of more than `LARGEST_BYTES`, and of more than `INLINE_BYTES`. `looked`: of so many that were looked at, where the
   * listing does not say sizes; absent: of all.
   */
  sizes: { over15Mb: number; over5Mb: number; looked?: number };
  /** Some photos from all over the source that were looked at. */
  sample: {
    looked: number;
    jpeg: number;
    png: number;
    /** Neither, whatever the name says. */
    other: number;
    /** Not there. */
    missing: number;
    /** May not be read; where the bucket may not be listed, S3 says so of what is not there too. Absent: none was told apart. */
    denied?: number;
    /** Bytes of those that are there, together. */
    bytes: number;
  };
  /** Photos are in another region than Rekognition: their bytes are read and sent. */
  elsewhere: boolean;
  /**
   * Collections that are searched, and how many faces each has now; absent: there is no such collection. `takesNew: false`: no
   * new face goes there.
   */
  shards: readonly { shard: string; collection: string; faces?: number; takesNew?: boolean }[];
}
