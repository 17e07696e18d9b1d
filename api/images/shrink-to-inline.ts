import { type JpegForm, type RenderedJpeg, renderJpeg } from './decode.js';
import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';
import { readImage } from './read-image.js';
import type { SourceImage } from './source-image.js';

/**
 * Tried in this order until the bytes fit. Quality gives way before size down to where compression would blur a face,
 * then size: a face that fills a fifth of the frame still has 200 pixels at 1024.
 */
const jpegForms: readonly JpegForm[] = [
  { side: imageLimits.maxSide, quality: 95 },
  { side: imageLimits.maxSide, quality: 88 },
  { side: imageLimits.maxSide, quality: 80 },
  { side: 2560, quality: 85 },
  { side: 1600, quality: 85 },
  { side: 1024, quality: 80 },
  { side: 640, quality: 75 },
];

/**
 * Encodes an image as the best JPEG of at most `maxBytes` bytes.
 * @throws ImageRefused `image_too_large` if no form fits, and what {@link renderJpeg} throws
 */
export async function renderWithin(source: SourceImage, maxBytes: number): Promise<RenderedJpeg> {
  for (const form of jpegForms) {
    const rendered = await renderJpeg(source, form);
    if (rendered.bytes.byteLength <= maxBytes) return rendered;
  }
  throw new ImageRefused('image_too_large', `The image cannot be made to fit ${maxBytes} bytes.`);
}

/**
 * The same bytes if they fit, else a smaller JPEG: for sending a stored image inline, where Rekognition takes 5 MB
 * (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html) and its region cannot read the bucket. `bytes` is what
 * `acceptImage` returned.
 * @throws ImageRefused if the bytes are not a JPEG or PNG, or if no form fits `maxBytes`
 */
export async function shrinkToInline(bytes: Uint8Array, maxBytes = 5_000_000): Promise<Uint8Array> {
  if (bytes.byteLength <= maxBytes) return bytes;
  return (await renderWithin(readImage(bytes), maxBytes)).bytes;
}
