import sharp, { type Sharp } from 'sharp';
import { ImageProblem } from './face-engine.js';
import type { Pixels } from './pixels.js';

sharp.cache(false);
sharp.concurrency(1); // the workers are the parallelism

/** At least this many pixels a side (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html). */
export const MIN_SIDE = 80;
/** A guard against decompression bombs; far above what fits into 15 MB of photo. */
const MAX_PIXELS = 100_000_000;
/** A face must have 40 px in 1920 x 1080, and more in proportion above that: nothing to find beyond this size. */
const WORKING_SIDE = 1920;

/** A decoded image: at most 1920 pixels a side, upright, and the size it came in (upright too). */
export interface Decoded {
  pixels: Pixels;
  original: { width: number; height: number };
}

/**
 * Decodes a JPEG or PNG: EXIF rotation applied, alpha over white, CMYK and greyscale to sRGB.
 * Throws ImageProblem for another format, a broken file, a side under 80 pixels, more than 100 megapixels.
 */
export async function decode(bytes: Uint8Array): Promise<Decoded> {
  if (!isJpeg(bytes) && !isPng(bytes)) throw new ImageProblem('format', 'neither JPEG nor PNG');
  try {
    return await decodeBy(sharp(bytes, { failOn: 'error', limitInputPixels: false }));
  } catch (error) {
    if (error instanceof ImageProblem) throw error;
    throw new ImageProblem('format', error instanceof Error ? error.message : String(error));
  }
}

async function decodeBy(image: Sharp): Promise<Decoded> {
  const { autoOrient: original, hasAlpha, pages = 1 } = await image.metadata();
  const { width, height } = original;
  if (pages > 1) throw new ImageProblem('format', 'animated');
  if (width < MIN_SIDE || height < MIN_SIDE) throw new ImageProblem('too-small', `${width}x${height} pixels`);
  if (width * height > MAX_PIXELS) throw new ImageProblem('too-large', `${width}x${height} pixels`);
  let pipeline = image.autoOrient();
  if (hasAlpha) pipeline = pipeline.flatten({ background: '#ffffff' });
  if (Math.max(width, height) > WORKING_SIDE) {
    pipeline = pipeline.resize({ width: WORKING_SIDE, height: WORKING_SIDE, fit: 'inside' }); // shrinks while loading
  }
  const { data, info } = await pipeline.toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const pixels = { data: threeChannels(data, info.channels), width: info.width, height: info.height };
  return { pixels, original: { width, height } };
}

/** Greyscale stays at one channel in libvips, even when sRGB is asked for. */
function threeChannels(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const count = data.length / channels;
  const out = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++) out.fill(data[i * channels] as number, i * 3, i * 3 + 3);
  return out;
}

function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

function isPng(bytes: Uint8Array): boolean {
  return [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a].every((byte, i) => bytes[i] === byte);
}
