import type { StoredImage } from '../../domain/image-ref.js';
import { INLINE_BYTES, LARGEST_BYTES } from '../../domain/photo-limits.js';
import type { Archive } from '../ports/archive.js';
import type { PhotoStore } from '../ports.js';
import { scalePhoto } from './scale-photo.js';
import { toFailure } from './to-failure.js';

/** How a service gets at photos: by their names in S3, or, where the bucket is in another region than it, inline. */
export interface Sending {
  /** Of the service that looks at photos. */
  region: string;
  /** Of the service's own bucket. */
  home: string;
  photos: Pick<PhotoStore, 'get'>;
  archive: Pick<Archive, 'read'>;
}

/** A photo as Rekognition and Textract take it. */
export type SentImage = { Bytes: Uint8Array } | { S3Object: { Bucket: string; Name: string } };

/** Why a photo cannot be sent. */
type SendingFault = 'not_found' | 'too_large' | 'unreadable';

/** @throws ApplicationFailure `OperatorMustAct` when the photo is to be sent and is gone */
export async function imageOf(photo: StoredImage, sending: Sending): Promise<SentImage> {
  const sent = await sendable(photo, sending);
  if (!('fault' in sent)) return sent;
  throw toFailure('GetObject', Object.assign(new Error(), { name: 'InvalidS3ObjectException' }));
}

/** A photo as it is sent, or why it is not; one that its service reads itself is not looked at. */
export async function sendable(
  photo: StoredImage,
  { region, home, photos, archive }: Sending,
): Promise<SentImage | { fault: SendingFault }> {
  const { bucket, key, region: bucketRegion } = photo;
  if ((bucketRegion ?? home) === region) return { S3Object: { Bucket: bucket, Name: key } };
  const bytes = bucketRegion
    ? (await archive.read({ bucket, region: bucketRegion }, key))?.bytes
    : await photos.get(photo);
  if (!bytes) return { fault: 'not_found' };
  if (bytes.byteLength > LARGEST_BYTES) return { fault: 'too_large' };
  if (bytes.byteLength <= INLINE_BYTES) return { Bytes: bytes };
  const scaled = await scalePhoto(bytes, INLINE_BYTES);
  return scaled ? { Bytes: scaled } : { fault: 'unreadable' };
}
