import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { openStore } from '../../local/s3/store.js';
import { putVersion } from '../../local/s3/write-version.js';

/** A bucket full of photos that nobody took. */
export interface SyntheticSource {
  bucket: string;
  /** Under each prefix so many photos, each of another person, but for what `mixed` says. */
  prefixes: Readonly<Record<string, number>>;
  /** Every 100th object is empty, and every 50th is a second photo of somebody far away in the list. */
  mixed?: boolean;
}

/** Whose photo it is, in the words of a batch job. */
export const userIdTemplate = (prefix: string) => `${prefix}*/{user_id}.jpg`;

/** What kind of object the n-th is, from 0, of so many under a prefix. */
export function kindOf(
  { mixed }: Pick<SyntheticSource, 'mixed'>,
  n: number,
  items: number,
): 'photo' | 'empty' | 'second' {
  if (mixed && n % 100 === 99) return 'empty';
  return mixed && n % 50 === 24 && n >= items / 2 ? 'second' : 'photo';
}

const AT_ONCE = 64;

/**
 * Puts the photos into the files of the twin's S3, which does not run yet: asked for over its wire, a hundred thousand take
 * minutes. Each is the same small JPEG with its number behind the end, so that no two are the same image.
 */
export async function seedSource(directory: string, source: SyntheticSource): Promise<void> {
  const create = { width: 16, height: 16, channels: 3, background: '#886655' } as const;
  const photo = await sharp({ create }).jpeg().toBuffer();
  const store = await openStore(directory);
  const bucket = { name: source.bucket, createdAt: Date.now(), region: 'us-east-1', configuration: {} };
  await store.metadata.buckets.put(source.bucket, bucket);
  for (const [prefix, items] of Object.entries(source.prefixes)) {
    const left = Array.from({ length: items }, (_, n) => n).values();
    const lane = async () => {
      for (const n of left) {
        const kind = kindOf(source, n, items);
        const number = Buffer.alloc(8);
        number.writeDoubleBE(n);
        const content =
          kind === 'empty' ? Buffer.alloc(0) : Buffer.concat([photo, Buffer.from(prefix), number]);
        // Of whom a second photo is, the first one is in the first half of the list.
        const user = kind === 'second' ? n - Math.ceil(items / 2) : n;
        await putVersion(store, source.bucket, `${prefix}${digits(n)}/${prefix.slice(0, -1)}-${user}.jpg`, {
          blob: await store.blobs.write(content),
          size: content.length,
          etag: createHash('md5').update(content).digest('hex'),
          checksums: { values: {} },
          ...{ headers: { 'content-type': 'image/jpeg' }, metadata: {}, tags: {} },
          encryption: { algorithm: 'AES256' },
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
  }
  await store.close();
}

const digits = (n: number) => String(n).padStart(8, '0');
