import { type JpegForm, type RenderedJpeg, renderJpeg } from './decode.js';
import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';
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
