import type { StoredImage } from '../../domain/image-ref.js';

/** Photos: Amazon S3 or its twin. Every method throws ApplicationFailure as `FaceIndex` does. */
export interface PhotoStore {
  put(photo: StoredImage, body: Uint8Array, contentType: string): Promise<void>;
  /**
   * Undefined where there is no such photo. One of more than `maxBytes` is not read: the answer has a byte more.
   * @param options.foreign the bucket is not ours: what S3 does not let us see counts as not there
   */
  get(
    photo: Pick<StoredImage, 'bucket' | 'key' | 'region'>,
    options?: { maxBytes?: number; foreign?: boolean },
  ): Promise<Uint8Array | undefined>;
  /** @throws ApplicationFailure `OperatorMustAct` when the photo is gone */
  copy(from: StoredImage, to: StoredImage): Promise<void>;
  /** Removes objects of our bucket; ones that are not there are no error. */
  remove(photos: readonly Pick<StoredImage, 'bucket' | 'key'>[]): Promise<void>;
}
