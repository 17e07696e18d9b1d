import { crc32 } from 'node:zlib';
import { ImageRefused } from './image-refused.js';

/** One chunk of a PNG (https://www.w3.org/TR/png-3/#5Chunk-layout). */
export interface PngChunk {
  readonly type: string;
  readonly body: Buffer;
  /** The whole chunk, length and checksum included. */
  readonly whole: Buffer;
}

/** The eight bytes every PNG starts with. */
export const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** Encoders write an IDAT for each 8 KB or so; thirteen bytes are enough for one. */
const MAX_CHUNKS = 50_000;

/**
 * Walks the chunks up to IEND without inflating anything; what follows IEND is never seen. The caller asks for the
 * checksums of the chunks that it keeps ({@link checkChunk}).
 * @throws ImageRefused `image_truncated` if the file ends before IEND, `image_corrupt`, `image_too_complex`
 */
export function* pngChunks(data: Buffer): Generator<PngChunk> {
  let at = PNG_SIGNATURE.length;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    if (at + 12 > data.length) throw new ImageRefused('image_truncated');
    const length = data.readUInt32BE(at);
    const type = data.toString('latin1', at + 4, at + 8);
    if (!/^[A-Za-z]{4}$/.test(type)) throw new ImageRefused('image_corrupt');
    const end = at + 12 + length;
    if (end > data.length) throw new ImageRefused('image_truncated');
    yield { type, body: data.subarray(at + 8, end - 4), whole: data.subarray(at, end) };
    if (type === 'IEND') return;
    at = end;
  }
  throw new ImageRefused('image_too_complex');
}

/** @throws ImageRefused `image_corrupt` if the checksum of the chunk is wrong */
export function checkChunk({ whole }: PngChunk): void {
  const checksum = whole.readUInt32BE(whole.length - 4);
  if (crc32(whole.subarray(4, whole.length - 4)) !== checksum) throw new ImageRefused('image_corrupt');
}

/** Builds a chunk with length and checksum. */
export function pngChunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(body.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
