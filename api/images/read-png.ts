import { deflateSync, inflateSync } from 'node:zlib';
import { exifOrientation, type Orientation } from './exif-orientation.js';
import { MAX_ICC_BYTES, usableProfile } from './icc-profile.js';
import { ImageRefused } from './image-refused.js';
import { checkSize } from './image-size.js';
import { checkChunk, PNG_SIGNATURE, type PngChunk, pngChunk, pngChunks } from './png-chunks.js';
import type { SourceImage } from './source-image.js';

interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  /** 0 grey, 2 RGB, 3 palette, 4 grey + alpha, 6 RGB + alpha. */
  readonly colourType: number;
  readonly interlaced: boolean;
}

const STREAMED_BYTES = 16 * 1024 * 1024;
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const CRITICAL = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
/** Colour chunks that stay, with the only size they may have: no room for anything else. */
const COLOUR_SIZES: Readonly<Record<string, number>> = { gAMA: 4, cHRM: 32, sRGB: 1 };

/**
 * Reads a PNG's chunks and drops all that is not needed to show it: eXIf, tEXt, zTXt, iTXt, tIME, private chunks, trailing
 * bytes. Nothing but the colour profile is inflated, and that with a bound, so a bomb in a text chunk stays packed.
 * @throws ImageRefused by size, or `image_animated`, `image_truncated`, `image_corrupt`, `image_too_complex`
 */
export function readPng(data: Buffer): SourceImage {
  const kept: Buffer[] = [];
  let header: Header | undefined;
  let orientation: Orientation = 1;
  let transparent = false;
  let hasPixels = false;
  let hasProfile = false;

  for (const chunk of pngChunks(data)) {
    const { type, body, whole } = chunk;
    if (!header) {
      // CgBI is how Xcode packs pictures into apps; no decoder but Apple's reads it.
      if (type !== 'IHDR') throw new ImageRefused(type === 'CgBI' ? 'image_too_complex' : 'image_corrupt');
      header = readHeader(chunk);
    } else if (type === 'IHDR') throw new ImageRefused('image_corrupt');

    if (CRITICAL.has(type)) {
      checkChunk(chunk);
      kept.push(whole);
      hasPixels ||= type === 'IDAT';
    } else if (/^[A-Z]/.test(type)) throw new ImageRefused('image_corrupt');
    else if (type === 'acTL') {
      if (body.length >= 4 && body.readUInt32BE(0) > 1) throw new ImageRefused('image_animated');
    } else if (type === 'tRNS') {
      checkChunk(chunk);
      kept.push(whole);
      transparent = true;
    } else if (type === 'eXIf') orientation = exifOrientation(body);
    else if (type === 'iCCP' && !hasProfile) {
      const profile = plainProfile(body, header);
      if (profile) kept.push(profile);
      hasProfile = true;
    } else if (COLOUR_SIZES[type] === body.length) kept.push(pngChunk(type, body));
  }

  if (!header || !hasPixels) throw new ImageRefused('image_corrupt');
  const { width, height, bitDepth, colourType, interlaced } = header;
  const alpha = transparent || colourType === 4 || colourType === 6;
  const oddDepth = colourType === 3 ? false : bitDepth !== 8;
  const pixels = (width * height * (CHANNELS[colourType] ?? 4) * Math.max(8, bitDepth)) / 8;
  return {
    contentType: 'image/png',
    width,
    height,
    orientation,
    parts: [PNG_SIGNATURE, ...kept],
    unusual: alpha || oddDepth || interlaced,
    decoderBytes: interlaced ? pixels + STREAMED_BYTES : STREAMED_BYTES,
  };
}

function readHeader({ body }: PngChunk): Header {
  if (body.length !== 13) throw new ImageRefused('image_corrupt');
  const [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
  checkSize(width, height);
  return {
    width,
    height,
    bitDepth: body[8] as number,
    colourType: body[9] as number,
    interlaced: body[12] === 1,
  };
}

/** The profile in a chunk without its free-text name; undefined if it is broken, oversized or for other pixels. */
function plainProfile(body: Buffer, { colourType }: Header): Buffer | undefined {
  const nameEnd = body.indexOf(0);
  if (nameEnd < 1 || nameEnd > 79) return undefined;
  try {
    const profile = inflateSync(body.subarray(nameEnd + 2), { maxOutputLength: MAX_ICC_BYTES });
    const usable = usableProfile(profile, colourType === 0 || colourType === 4 ? 'GRAY' : 'RGB ');
    return usable && pngChunk('iCCP', Buffer.concat([Buffer.from('icc\0\0'), deflateSync(usable)]));
  } catch {
    return undefined; // too long or not zlib: the photo is good without it
  }
}
