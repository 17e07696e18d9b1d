import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';

/**
 * Refuses a size by the header alone, before a byte is decoded: this is what stops a decompression bomb.
 * The short side is judged after the scaling to {@link imageLimits.maxSide}, so that a 60000 × 800 strip is refused too.
 * @throws ImageRefused `image_too_many_pixels`, `image_too_small`, or `image_corrupt` for a side of 0
 */
export function checkSize(width: number, height: number): void {
  const size = `The image is ${width} × ${height} pixels.`;
  if (width < 1 || height < 1) throw new ImageRefused('image_corrupt', size);
  if (width * height > imageLimits.maxPixels) throw new ImageRefused('image_too_many_pixels', size);
  const scale = Math.min(1, imageLimits.maxSide / Math.max(width, height));
  if (Math.min(width, height) * scale < imageLimits.minSide) throw new ImageRefused('image_too_small', size);
}
