import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import type { Archive, ArchiveBucket, ArchivedObject } from '../ports/archive.js';
import type { S3Clients } from './clients.js';
import { observed } from './observe.js';
import { errorName, toFailure } from './to-failure.js';

/** ListObjectsV2 answers with 1,000 keys at most (S3 API reference). */
const LISTED_AT_ONCE = 1_000;

/**
 * `AccessDenied` is also what S3 says of a key that is not there to whoever may not list the bucket,
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
const DENIED = 'AccessDenied';
const ABSENT = ['NoSuchKey', DENIED];

/** The range begins behind the end: of an empty object every range does. */
const BEHIND_THE_END = 'InvalidRange';

/** An answer to HeadObject has no body, so that no code says which of several errors it is; the SDK then names the status. */
const WITHOUT_A_CODE = ['NotFound', 'Forbidden', '301', '400', '403', '404', 'Unknown', 'UnknownError'];

/** Archives of photos in Amazon S3, each bucket by its own region's endpoint. */
export function createArchive(s3: S3Clients): Archive {
  async function page(
    { bucket, region }: ArchiveBucket,
    asked: { prefix: string; after: string | undefined; limit: number },
  ): Promise<{ objects: ArchivedObject[]; more: boolean }> {
    const command = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: asked.prefix,
      ...(asked.after ? { StartAfter: asked.after } : {}),
      MaxKeys: Math.min(asked.limit, LISTED_AT_ONCE),
      // XML has no way to write some characters that keys may have.
      EncodingType: 'url',
    });
    const output: ListObjectsV2CommandOutput = await observed('s3', 'ListObjectsV2', (options) =>
      s3.in(region).send(command, options),
    );
    const objects = (output.Contents ?? []).map(({ Key = '', ETag, Size = 0 }) => ({
      key: decoded(Key),
      etag: plain(ETag),
      size: Size,
    }));
    return { objects, more: output.IsTruncated === true };
  }

  async function get({ bucket, region }: ArchiveBucket, key: string, Range?: string) {
    const command = new GetObjectCommand({ Bucket: bucket, Key: key, ...(Range ? { Range } : {}) });
    return observed(
      's3',
      'GetObject',
      async (options) => {
        const output = await s3.in(region).send(command, options);
        const bytes = (await output.Body?.transformToByteArray()) ?? new Uint8Array();
        const size = Number(output.ContentRange?.split('/')[1] ?? bytes.byteLength);
        return { bytes, size, etag: plain(output.ETag) };
      },
      [...ABSENT, BEHIND_THE_END],
    );
  }

  async function look(
    { bucket, region }: ArchiveBucket,
    key: string,
  ): Promise<ArchivedObject | 'absent' | 'denied'> {
    const command = new HeadObjectCommand({ Bucket: bucket, Key: key });
    try {
      const { ETag, ContentLength = 0 } = await observed(
        's3',
        'HeadObject',
        (options) => s3.in(region).send(command, options),
        WITHOUT_A_CODE,
      );
      return { key, etag: plain(ETag), size: ContentLength };
    } catch (error) {
      if (!WITHOUT_A_CODE.includes(errorName(error))) throw error;
    }
    // Asked for a byte of it, S3 says what it is: the object, the bucket, the region, or who asks.
    try {
      const { size, etag } = await get({ bucket, ...(region ? { region } : {}) }, key, 'bytes=0-0');
      return { key, etag, size };
    } catch (error) {
      if (!ABSENT.includes(errorName(error))) throw toFailure('HeadObject', error);
      return errorName(error) === DENIED ? 'denied' : 'absent';
    }
  }

  async function head(bucket: ArchiveBucket, key: string): Promise<ArchivedObject | undefined> {
    const found = await look(bucket, key);
    return typeof found === 'string' ? undefined : found;
  }

  return {
    async list(bucket, { prefix, after, limit }) {
      const objects: ArchivedObject[] = [];
      let more = true;
      while (more && objects.length < limit) {
        const last = objects.at(-1)?.key ?? after;
        const found = await page(bucket, { prefix, after: last, limit: limit - objects.length });
        objects.push(...found.objects);
        ({ more } = found);
      }
      return { objects, more };
    },

    look,
    head,

    async read(bucket, key, range) {
      const empty = range && range.to <= range.from;
      try {
        if (!empty) return await get(bucket, key, range && `bytes=${range.from}-${range.to - 1}`);
      } catch (error) {
        if (ABSENT.includes(errorName(error))) return undefined;
        if (errorName(error) !== BEHIND_THE_END) throw error;
      }
      const object = await head(bucket, key);
      return object && { bytes: new Uint8Array(), size: object.size, etag: object.etag };
    },
  };
}

/** As S3 encodes keys in lists: a plus sign stands for a space, and itself is `%2B`. */
const decoded = (key: string) => decodeURIComponent(key.replaceAll('+', ' '));

/** ETags are quoted in headers and lists (RFC 9110, section 8.8.3). */
const plain = (etag: string | undefined) => (etag ?? '').replace(/^"|"$/g, '');
