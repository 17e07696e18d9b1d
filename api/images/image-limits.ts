import { LONGEST_SIDE } from '../../domain/jpeg-forms.js';

/**
 * What an uploaded image may measure. Rekognition's own limits:
 * https://docs.aws.amazon.com/rekognition/latest/dg/limits.html (bytes, sides, formats).
 */
export const imageLimits = {
  /** Bytes received: Rekognition reads at most 15 MB from S3. */
  maxBytes: 15 * 1024 * 1024,
  /** Bytes stored. Decimal, so that a stored image fits whichever "MB" is meant by Rekognition. */
  maxStoredBytes: 15_000_000,
  /** Pixels told by the header. Binary megapixels, so that cameras sold as 50 MP (8192 × 6144) pass. */
  maxPixels: 50 * 1024 * 1024,
  /** Pixels a side that Rekognition needs at least. */
  minSide: 80,
  /** Pixels a side that are kept. */
  maxSide: LONGEST_SIDE,
  /** Scans of a progressive JPEG. Cameras write 1 to about 12; thousands are an attack on the decoder's time. */
  maxScans: 100,
} as const;
