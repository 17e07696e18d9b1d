import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { endpointOf } from '../../activities/aws/endpoints.js';
import type { AwsSettings } from '../../activities/aws/settings.js';

/** What the bucket has of an object. */
export interface Uploaded {
  /** Without quotes; the MD5 in hex where the bucket's encryption is S3's own, something else with a KMS key. */
  etag: string;
  size: number;
}

/** Where photos are imported to. */
export interface ImportBucket {
  bucket: string;
  /** Objects under a prefix, by key. @throws Error that says what an operator can do, as the others do */
  list(prefix: string): Promise<Map<string, Uploaded>>;
  /** The MD5, in hex, that an import noted with the object. */
  notedMd5(key: string): Promise<string | undefined>;
  put(key: string, bytes: Uint8Array, md5: string): Promise<void>;
  destroy(): void;
}

/** A line that is bad for some seconds shall not end an upload of a day; the SDK waits up to 20 s between tries. */
const TRIES = 8;
const REQUEST_TIMEOUT_MS = 60_000;

/** Of an object's metadata, which is where the MD5 can be found whatever the bucket is encrypted with. */
const MD5 = 'md5';

const TYPES: readonly [RegExp, string][] = [
  [/\.jpe?g$/i, 'image/jpeg'],
  [/\.png$/i, 'image/png'],
];

/**
 * The bucket of the installation, for one operator who uploads many objects.
 * @param tries of each request, the first included
 */
export function importBucket(
  { AWS_REGION: region, IDV_BUCKET: bucket }: Pick<AwsSettings, 'AWS_REGION' | 'IDV_BUCKET'>,
  atOnce: number,
  tries = TRIES,
): ImportBucket {
  const client = new S3Client({
    region,
    maxAttempts: tries,
    forcePathStyle: endpointOf('S3') !== undefined,
    requestHandler: {
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: atOnce },
      httpsAgent: { maxSockets: atOnce },
    },
  });
  const told = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw refused(bucket, error);
    }
  };
  return {
    bucket,
    list: (prefix) => told(list(client, bucket, prefix)),
    async notedMd5(key) {
      const { Metadata } = await told(client.send(new HeadObjectCommand({ Bucket: bucket, Key: key })));
      return Metadata?.[MD5];
    },
    async put(key, bytes, md5) {
      const ContentType = TYPES.find(([ending]) => ending.test(key))?.[1] ?? 'application/octet-stream';
      const object = { Bucket: bucket, Key: key, Body: bytes, ContentType, Metadata: { [MD5]: md5 } };
      // The MD5 also goes with the request, so that S3 refuses what the line has garbled.
      const ContentMD5 = Buffer.from(md5, 'hex').toString('base64');
      await told(client.send(new PutObjectCommand({ ...object, ContentMD5 })));
    },
    destroy: () => client.destroy(),
  };
}

async function list(client: S3Client, bucket: string, prefix: string): Promise<Map<string, Uploaded>> {
  const found = new Map<string, Uploaded>();
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    // Encoded: XML has no way to write some characters that keys have.
    const command = new ListObjectsV2Command({
      ...{ Bucket: bucket, Prefix: prefix, EncodingType: 'url' },
      ...(token ? { ContinuationToken: token } : {}),
    });
    const page = await client.send(command);
    for (const { Key = '', ETag = '', Size = 0 } of page.Contents ?? [])
      found.set(decodeURIComponent(Key.replaceAll('+', ' ')), {
        etag: ETag.replaceAll('"', ''),
        size: Size,
      });
    token = page.IsTruncated ? page.NextContinuationToken : undefined;
  }
  return found;
}

const REMEDIES: Readonly<Record<string, string>> = {
  NoSuchBucket: 'Run `idv setup`, or mend IDV_BUCKET.',
  AccessDenied: 'Use credentials that may list it, and get and put its objects under imports/.',
  CredentialsProviderError: 'Set credentials of AWS as for `idv setup`.',
};

function refused(bucket: string, error: unknown): Error {
  const { name, message } = error as Error;
  const remedy = REMEDIES[name] ?? 'Run the same command again: it goes on where it was.';
  return new Error(`The bucket ${bucket}: ${message || name}. ${remedy}`, { cause: error });
}
