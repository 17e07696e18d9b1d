import type { StoredImage } from '../../domain/image-ref.js';
import type { PhotoStore } from '../ports.js';
import { toFailure } from './to-failure.js';

/** How a service gets at photos: by their names in S3, or, where it is in another region than the bucket, inline. */
export type Sending = { sendBytes: false } | { sendBytes: true; photos: PhotoStore };

/** A photo as Rekognition and Textract take it. */
export type SentImage = { Bytes: Uint8Array } | { S3Object: { Bucket: string; Name: string } };

/** @throws ApplicationFailure `OperatorMustAct` when the photo is to be sent and is gone */
export async function imageOf(photo: StoredImage, sending: Sending): Promise<SentImage> {
  if (!sending.sendBytes) return { S3Object: { Bucket: photo.bucket, Name: photo.key } };
  const bytes = await sending.photos.get(photo);
  if (!bytes) throw toFailure('GetObject', Object.assign(new Error(), { name: 'InvalidS3ObjectException' }));
  return { Bytes: bytes };
}
