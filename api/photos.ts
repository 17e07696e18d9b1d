import type { PhotoStore } from '../activities/ports.js';
import { mayName, type SourceBucket } from '../configuration/source-buckets.js';
import type { ImageRef, PhotoInput, Photos } from '../domain/image-ref.js';
import { incomingPhotoKey } from '../domain/photo-keys.js';
import type { Tenant } from '../domain/session.js';
import { type AcceptedImage, acceptImage } from './images/accept-image.js';
import { imageLimits } from './images/image-limits.js';
import { Problem, problems } from './problem.js';
import type { PhotoSource } from './schemas/create-session.js';

/** A photo that was looked at and may be stored. */
export interface AcceptedPhoto extends AcceptedImage {
  input: PhotoInput;
}

/** Takes photos in, whatever way they come, and puts them where Rekognition can read them. */
export interface PhotoIntake {
  /** @throws ImageRefused; Problem 422 when the bucket is not the account's to name or the object is not there */
  accept(tenant: Tenant, input: PhotoInput, source: Uint8Array | PhotoSource): Promise<AcceptedPhoto>;
  /** Where accepted photos of the session belong; see `incomingPhotoKey`. */
  place(tenant: Tenant, sessionId: string, attempt: string, photos: readonly AcceptedPhoto[]): PlacedPhoto[];
  store(placed: readonly PlacedPhoto[]): Promise<void>;
}

/** An accepted photo and its place in the bucket. */
export interface PlacedPhoto {
  photo: AcceptedPhoto;
  ref: ImageRef;
}

/** As workflows take them. */
export function refsOf(placed: readonly PlacedPhoto[]): Photos {
  return Object.fromEntries(placed.map(({ photo, ref }) => [photo.input, ref]));
}

export function createPhotoIntake(
  store: PhotoStore,
  options: { bucket: string; sourceBuckets: readonly SourceBucket[]; maxBytes: number },
): PhotoIntake {
  async function fetchFrom(
    tenant: Tenant,
    { bucket, key }: { bucket: string; key: string },
    input: PhotoInput,
  ): Promise<Uint8Array> {
    const pointer = `/${input}/s3`;
    if (!mayName(options.sourceBuckets, tenant, bucket)) {
      throw problems.sourceBucketNotAllowed(`${pointer}/bucket`);
    }
    const bytes = await store.get({ bucket, key }, { maxBytes: imageLimits.maxBytes, foreign: true });
    if (bytes) return bytes;
    throw refused('source_object_not_found', 'There is no such photo in the bucket', {
      pointer: `${pointer}/key`,
      message: 'Check the key, which is case-sensitive, and that the operator may read this bucket.',
    });
  }

  return {
    async accept(tenant, input, source) {
      const bytes =
        source instanceof Uint8Array
          ? source
          : typeof source === 'object' && 's3' in source
            ? await fetchFrom(tenant, source.s3, input)
            : decodeBase64(typeof source === 'string' ? source : source.base64, input);
      return { input, ...(await acceptImage(bytes, { maxBytes: options.maxBytes })) };
    },

    place: (tenant, sessionId, attempt, photos) =>
      photos.map((photo) => {
        const { input, sha256, width, height } = photo;
        const key = incomingPhotoKey(tenant, sessionId, attempt, input, sha256);
        return { photo, ref: { bucket: options.bucket, key, sha256, width, height } };
      }),

    async store(placed) {
      await Promise.all(placed.map(({ photo, ref }) => store.put(ref, photo.bytes, photo.contentType)));
    },
  };
}

/**
 * Memory that the photos of these sources take which are still to be fetched: as they arrive, and in one piece.
 * @returns bytes
 */
export function fetchedBytes(sources: readonly (Uint8Array | PhotoSource)[]): number {
  const stored = sources.filter(
    (source) => typeof source === 'object' && !(source instanceof Uint8Array) && 's3' in source,
  );
  return stored.length * imageLimits.maxBytes * 2;
}

/** Strict: Node's decoder skips what it does not know, and would make another image of a damaged one. */
function decodeBase64(text: string, input: PhotoInput): Uint8Array {
  const body = text.replace(/^data:[\w.+-]+\/[\w.+-]+;base64,/, '').replace(/[\r\n]/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(body)) {
    throw refused('image_not_base64', 'The image is not base64', {
      pointer: `/${input}`,
      message: 'Send the bytes of the file in base64 (RFC 4648), or as multipart/form-data.',
    });
  }
  return Buffer.from(body, 'base64');
}

function refused(code: string, title: string, error: { pointer: string; message: string }): Problem {
  return new Problem(422, code, title, error.message, { errors: [error] });
}
