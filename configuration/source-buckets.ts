import { z } from 'zod';

/** Whose photos a bucket has: those of one account, or of one mode of it, or of nobody in particular. */
export interface SourceBucket {
  bucket: string;
  /** Absent: every account may name the bucket. */
  account?: string;
  /** Absent: in both modes. */
  mode?: string;
}

/** Neither part of a name has "=" or "/". Accounts as in `IDV_API_KEYS`, buckets as in `IDV_BUCKET`. */
const ENTRY = /^(?:(?<account>[a-z0-9-]{1,32})(?:\/(?<mode>live|test))?=)?(?<bucket>[a-z0-9.-]{3,63})$/;

const FORM =
  'write account=bucket, or account/live=bucket or account/test=bucket for one mode, or only bucket for every account; ' +
  'separated by commas: acme=acme-photos,globex/live=globex-archive';

/** `IDV_SOURCE_BUCKETS`: buckets that callers may name, and the accounts that may. */
export const sourceBuckets = z
  .string()
  .default('')
  .transform((text, context) => {
    const entries = text.trim() === '' ? [] : text.split(',').map((entry) => entry.trim());
    const listed: SourceBucket[] = [];
    entries.forEach((entry, at) => {
      const { bucket, account, mode } = ENTRY.exec(entry)?.groups ?? {};
      const wrong = (message: string) =>
        context.addIssue({ code: 'custom', message: `entry ${at + 1} ${message}` });
      if (bucket === undefined) wrong(`is none: ${FORM}`);
      else listed.push({ bucket, ...(account ? { account } : {}), ...(mode ? { mode } : {}) });
    });
    const shared = listed.filter(({ account }) => account === undefined).map(({ bucket }) => bucket);
    if (listed.some(({ account, bucket }) => account !== undefined && shared.includes(bucket)))
      context.addIssue({
        code: 'custom',
        message:
          'a bucket is listed for one account and, without an account, for every account: remove one of the two',
      });
    return listed as readonly SourceBucket[];
  });

/** Whether an account, in a mode, may name the bucket. */
export function mayName(
  listed: readonly SourceBucket[],
  tenant: { account: string; mode: string },
  bucket: string,
): boolean {
  return listed.some(
    (entry) =>
      entry.bucket === bucket &&
      (entry.account ?? tenant.account) === tenant.account &&
      (entry.mode ?? tenant.mode) === tenant.mode,
  );
}
