import { createHash } from 'node:crypto';
import { proveDecodable } from './decode.js';
import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';
import { readImage } from './read-image.js';
import { renderWithin } from './render-within.js';
import type { SourceImage } from './source-image.js';

/** An image fit to be stored and sent to Rekognition. It has no metadata, and decodes without a warning. */
export interface AcceptedImage {
  /** What is stored and sent. */
  readonly bytes: Uint8Array;
  readonly contentType: 'image/jpeg' | 'image/png';
  /** Pixels of the upright image that `bytes` holds. */
  readonly width: number;
  readonly height: number;
  /** Hex SHA-256 of `bytes`. */
  readonly sha256: string;
  /** Hex SHA-256 of the bytes as received. */
  readonly originalSha256: string;
  /** True if the pixels were encoded anew; false if at most metadata was dropped. */
  readonly normalised: boolean;
}

/** What a caller may ask of the stored image. */
export interface AcceptImageOptions {
  /** The stored image is made to fit this many bytes, at most and by default 15,000,000. */
  readonly maxBytes?: number;
}

/**
 * Takes an uploaded photo: tells its type by its bytes, refuses what cannot be used with a code and advice, strips all
 * metadata and, only where Rekognition might see something else than a person does, encodes it anew as an upright
 * 8-bit JPEG: EXIF rotation, alpha, CMYK, 16 bits, interlacing, or a side over 4096 pixels. The same bytes give the same
 * result (with one version of sharp).
 * @throws ImageRefused and nothing else because of the image; its codes are in `image-codes.ts`
 */
export async function acceptImage(
  bytes: Uint8Array,
  options: AcceptImageOptions = {},
): Promise<AcceptedImage> {
  if (bytes.byteLength > imageLimits.maxBytes) throw new ImageRefused('image_too_large');
  const maxBytes = Math.min(options.maxBytes ?? imageLimits.maxStoredBytes, imageLimits.maxStoredBytes);
  const source = readImage(bytes);
  const originalSha256 = sha256(bytes);

  if (mustEncode(source, maxBytes)) {
    const { bytes: stored, width, height } = await renderWithin(source, maxBytes);
    const form = { bytes: stored, contentType: 'image/jpeg', width, height, normalised: true } as const;
    return { ...form, sha256: sha256(stored), originalSha256 };
  }
  const { contentType, width, height } = source;
  const stored = await proveDecodable(source);
  return {
    bytes: stored,
    contentType,
    width,
    height,
    normalised: false,
    sha256: sha256(stored),
    originalSha256,
  };
}

function mustEncode(source: SourceImage, maxBytes: number): boolean {
  const byteLength = source.parts.reduce((sum, part) => sum + part.byteLength, 0);
  const large = Math.max(source.width, source.height) > imageLimits.maxSide;
  return source.unusual || source.orientation !== 1 || large || byteLength > maxBytes;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
