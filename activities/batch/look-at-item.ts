import type { ItemReason } from '../../domain/batch/item.js';
import type { BatchSource, SourceItem } from '../../domain/batch/source.js';
import { LARGEST_BYTES } from '../../domain/photo-limits.js';
import type { Archive } from '../ports/archive.js';
import { itemFault } from './item-fault.js';

/** S3 User Guide, "Naming Amazon S3 objects". */
export const LONGEST_KEY_BYTES = 1_024;
/** As in requests of the API, which knows no control characters either. */
const LONGEST_USER_ID = 255;

/**
 * What can be said of an item before anything is written or paid for.
 * @returns its user and its object, or why it is rejected
 * @throws ApplicationFailure of the item (`item-fault.ts`) where it may not be read
 */
export async function lookAtItem(
  archive: Pick<Archive, 'look'>,
  source: BatchSource,
  item: SourceItem,
): Promise<{ userId: string; etag: string } | { reason: ItemReason; etag?: string }> {
  const { bucket, region, key, userId } = item;
  if (item.broken) return { reason: item.broken };
  if (isNoKey(key)) return { reason: 'not_found' };
  const object =
    item.etag === undefined || item.size === undefined
      ? await archive.look({ bucket, ...(region ? { region } : {}) }, key)
      : { etag: item.etag, size: item.size };
  if (object === 'absent') return { reason: 'not_found' };
  if (object === 'denied') throw unreadable();
  const { etag, size } = object;
  const reason = unusable(source, { key, userId, size });
  if (reason) return { reason, etag };
  return { userId: userId as string, etag };
}

/** Of an object that the worker may not read. */
export const unreadable = () =>
  itemFault(
    'access_denied',
    'access_denied',
    'The worker may not read objects of the source. Give its role s3:GetObject on them and s3:ListBucket on the bucket, then ' +
      'resume.',
  );

/** Why an item cannot be indexed, as far as its listing tells: its size may not be known yet. */
export function unusable(
  source: BatchSource,
  {
    broken,
    key,
    userId,
    size,
  }: Pick<SourceItem, 'broken' | 'key'> & { userId?: string | undefined; size?: number | undefined },
): ItemReason | undefined {
  if (broken) return broken;
  if (isNoKey(key)) return 'not_found';
  if (!userId) return missingUser(source);
  if (!isUserId(userId)) return 'user_id_invalid';
  if (size === 0) return 'empty_file';
  return size !== undefined && size > LARGEST_BYTES ? 'too_large' : undefined;
}

/** Whose photo it is, if anybody could be called so, whatever else is wrong with it. */
export const userOf = ({ userId }: SourceItem): string | undefined =>
  userId && isUserId(userId) ? userId : undefined;

const isUserId = (userId: string) => userId.length <= LONGEST_USER_ID && !/[\p{Cc}\p{Cs}]/u.test(userId);

/** No object has such a key: it is longer than keys are, or no Unicode (half of a character), which has no bytes of UTF-8. */
const isNoKey = (key: string) => Buffer.byteLength(key) > LONGEST_KEY_BYTES || /\p{Cs}/u.test(key);

const missingUser = (source: BatchSource): ItemReason =>
  source.kind === 'manifest' && source.userId === undefined ? 'user_id_missing' : 'key_not_matched';
