import { fittingForm } from '../../domain/jpeg-forms.js';
import { type RenderedJpeg, renderJpeg } from './decode.js';
import { ImageRefused } from './image-refused.js';
import type { SourceImage } from './source-image.js';

/**
 * Encodes an image as the best JPEG of at most `maxBytes` bytes.
 * @throws ImageRefused `image_too_large` if no form fits, and what {@link renderJpeg} throws
 */
export async function renderWithin(source: SourceImage, maxBytes: number): Promise<RenderedJpeg> {
  const rendered = await fittingForm(maxBytes, (form) => renderJpeg(source, form));
  if (rendered) return rendered;
  throw new ImageRefused('image_too_large', `The image cannot be made to fit ${maxBytes} bytes.`);
}
