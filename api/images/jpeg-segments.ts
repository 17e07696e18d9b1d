import { ImageRefused } from './image-refused.js';

/** Marker codes, ITU-T T.81 table B.1: the second byte, after 0xFF. */
export const markers = {
  SOF0: 0xc0,
  SOF1: 0xc1,
  SOF2: 0xc2,
  DHT: 0xc4,
  RST0: 0xd0,
  RST7: 0xd7,
  SOI: 0xd8,
  EOI: 0xd9,
  SOS: 0xda,
  DQT: 0xdb,
  DRI: 0xdd,
  APP0: 0xe0,
  APP1: 0xe1,
  APP2: 0xe2,
  APP14: 0xee,
} as const;

/** One marker segment. EOI is the last one; a file that broke off ends without it. */
interface JpegSegment {
  readonly marker: number;
  /** What follows the length field; empty for EOI. */
  readonly body: Buffer;
  /** Entropy-coded data after SOS, else empty. */
  readonly scan: Buffer;
}

/** Photos have tens; four bytes are enough for one, so 15 MB could hold millions. */
const MAX_SEGMENTS = 10_000;
const NONE = Buffer.alloc(0);

/**
 * Walks the segments of a JPEG up to EOI without decoding anything. What follows EOI (a second picture, a video, another
 * file) is never seen. Stops quietly where the file breaks off.
 * @throws ImageRefused `image_corrupt` on a marker that no JPEG has there, `image_too_complex` on too many segments
 */
export function* jpegSegments(data: Buffer): Generator<JpegSegment> {
  let at = 2;
  for (let count = 0; ; count++) {
    if (count > MAX_SEGMENTS) throw new ImageRefused('image_too_complex');
    const found = nextMarker(data, at);
    if (found === -1) return;
    const marker = data[found + 1] as number;
    if (marker === markers.EOI) {
      yield { marker, body: NONE, scan: NONE };
      return;
    }
    if (marker === markers.SOI || (marker > 0x01 && marker < 0xc0)) throw new ImageRefused('image_corrupt');
    const bodyAt = found + 4;
    if (bodyAt > data.length) return;
    const length = data.readUInt16BE(found + 2);
    if (length < 2) throw new ImageRefused('image_corrupt');
    const end = found + 2 + length;
    if (end > data.length) return;
    at = marker === markers.SOS ? scanEnd(data, end) : end;
    yield {
      marker,
      body: data.subarray(bodyAt, end),
      scan: marker === markers.SOS ? data.subarray(end, at) : NONE,
    };
  }
}

/** Position of the next 0xFF + marker with a segment or EOI; skips stray bytes as decoders do. -1 at the end. */
function nextMarker(data: Buffer, from: number): number {
  for (
    let at = data.indexOf(0xff, from);
    at !== -1 && at + 1 < data.length;
    at = data.indexOf(0xff, at + 1)
  ) {
    const code = data[at + 1] as number;
    const standalone = code === 0x01 || (code >= markers.RST0 && code <= markers.RST7);
    if (code !== 0x00 && code !== 0xff && !standalone) return at;
  }
  return -1;
}

/** Position of the marker that ends a scan: 0xFF00 is a stuffed data byte, restart markers belong to the scan. */
function scanEnd(data: Buffer, from: number): number {
  const found = nextMarker(data, from);
  return found === -1 ? data.length : found;
}
