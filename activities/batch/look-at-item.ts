import type { ItemReason } from '../../domain/batch/item.js';
import type { BatchSource, SourceItem } from '../../domain/batch/source.js';
import type { Archive } from '../ports/archive.js';

/** The largest object that Rekognition takes from S3, https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const LARGEST_BYTES = 15 * 1_048_576;
/** S3 User Guide, "Naming Amazon S3 objects". */
const LONGEST_KEY_BYTES = 1_024;
/** As in requests of the API. */
const LONGEST_USER_ID = 255;

/**
 * What can be said of an item before anything is written or paid for.
 * @returns its user and its object, or why it is rejected
 */
export async function lookAtItem(
  archive: Pick<Archive, 'head'>,
  source: BatchSource,
  item: SourceItem,
): Promise<{ userId: string; etag: string } | { reason: ItemReason; etag?: string }> {
  const { bucket, region, key, userId } = item;
  if (item.broken) return { reason: item.broken };
  if (Buffer.byteLength(key) > LONGEST_KEY_BYTES) return { reason: 'not_found' };
  const object =
    item.etag === undefined || item.size === undefined
      ? await archive.head({ bucket, ...(region ? { region } : {}) }, key)
      : { etag: item.etag, size: item.size };
  if (!object) return { reason: 'not_found' };
  const { etag, size } = object;
  if (!userId) return { reason: missingUser(source), etag };
  if (userId.length > LONGEST_USER_ID) return { reason: 'user_id_invalid', etag };
  if (size === 0) return { reason: 'empty_file', etag };
  if (size > LARGEST_BYTES) return { reason: 'too_large', etag };
  return { userId, etag };
}

const missingUser = (source: BatchSource): ItemReason =>
  source.kind === 'manifest' && source.userId === undefined ? 'user_id_missing' : 'key_not_matched';
