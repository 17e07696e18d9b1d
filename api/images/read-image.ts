import { imageFormat } from './image-format.js';
import { ImageRefused } from './image-refused.js';
import { readJpeg } from './read-jpeg.js';
import { readPng } from './read-png.js';
import type { SourceImage } from './source-image.js';

/**
 * Tells the type by the bytes and reads the container; decodes no pixel.
 * @throws ImageRefused `image_empty`, `image_unsupported_format`, `image_heic`, `image_animated`, and what
 * {@link readJpeg} and {@link readPng} throw
 */
export function readImage(bytes: Uint8Array): SourceImage {
  if (bytes.byteLength === 0) throw new ImageRefused('image_empty');
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const format = imageFormat(data);
  if (format.animated)
    throw new ImageRefused('image_animated', `The file is ${format.name} with several frames.`);
  switch (format.kind) {
    case 'jpeg':
      return readJpeg(data);
    case 'png':
      return readPng(data);
    case 'heic':
      throw new ImageRefused('image_heic');
    case 'other':
      throw new ImageRefused('image_unsupported_format', `The file is ${format.name}.`);
  }
}
