import { exifOrientation, type Orientation } from './exif-orientation.js';
import { usableProfile } from './icc-profile.js';
import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';
import { checkSize } from './image-size.js';
import { jpegSegments, markers } from './jpeg-segments.js';
import type { SourceImage } from './source-image.js';

interface Frame {
  readonly marker: number;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Bytes of all DCT coefficients, which a decoder keeps if the image comes in several scans. */
  readonly coefficientBytes: number;
}

const EXIF = 'Exif\0\0';
const ICC = 'ICC_PROFILE\0';
const STREAMED_BYTES = 16 * 1024 * 1024;
const FRAME_MARKERS = new Set<number>([markers.SOF0, markers.SOF1, markers.SOF2]);
const KEPT = new Set<number>([...FRAME_MARKERS, markers.DHT, markers.DQT, markers.DRI, markers.SOS]);
const PROFILE_SPACES = { 1: 'GRAY', 3: 'RGB ', 4: 'CMYK' } as const;

/** A JFIF header without density and, above all, without its thumbnail, which may show what was cropped away. */
const PLAIN_JFIF = Buffer.from('4a46494600010100000100010000', 'hex');

/**
 * Reads a JPEG's segments and drops all that is not needed to decode it: EXIF with its GPS position and thumbnail, XMP,
 * IPTC, comments, maker notes, embedded further pictures, trailing bytes. Pixels are not touched; only the colour profile
 * stays. A sequential image with bad spectral parameters (the selfie cameras of some Samsung phones write them) is
 * mended.
 * @throws ImageRefused by size, or `image_truncated`, `image_corrupt`, `image_too_complex`
 */
export function readJpeg(data: Buffer): SourceImage {
  const kept: Buffer[] = [];
  const profile: Buffer[] = [];
  let frame: Frame | undefined;
  let orientation: Orientation | undefined;
  let jfif = false;
  let colourTransform: number | undefined;
  let scans = 0;
  let complete = false;

  for (const { marker, body, scan } of jpegSegments(data)) {
    if (isFrame(marker)) {
      if (frame) throw new ImageRefused('image_corrupt');
      frame = readFrame(marker, body);
    }
    if (marker === markers.EOI) complete = true;
    else if (marker === markers.APP0) jfif ||= startsWith(body, 'JFIF\0');
    else if (marker === markers.APP1 && startsWith(body, EXIF))
      orientation ??= exifOrientation(body.subarray(6));
    else if (marker === markers.APP2 && startsWith(body, ICC)) profile.push(body.subarray(14));
    else if (marker === markers.APP14 && startsWith(body, 'Adobe')) colourTransform ??= body[11];
    else if (marker === markers.SOS) {
      if (!frame) throw new ImageRefused('image_corrupt');
      scans += 1;
      if (scans > imageLimits.maxScans) throw new ImageRefused('image_too_complex');
      kept.push(segment(marker, frame.marker === markers.SOF2 ? body : mendScanHeader(body)), scan);
    } else if (KEPT.has(marker)) kept.push(segment(marker, body));
  }

  // Decoders fill in for a missing end, with grey or (broken off between two scans) with less detail, and may not say so.
  if (!complete) throw new ImageRefused('image_truncated');
  if (!frame || scans === 0) throw new ImageRefused('image_corrupt');
  const layered = frame.marker === markers.SOF2 || scans > 1;

  const space = PROFILE_SPACES[frame.components as 1 | 3 | 4];
  const icc = usableProfile(Buffer.concat(profile), space);
  const parts = [
    Buffer.from([0xff, markers.SOI]),
    ...(jfif ? [segment(markers.APP0, PLAIN_JFIF)] : []),
    ...(colourTransform === undefined ? [] : [adobeSegment(colourTransform)]),
    ...(icc ? profileSegments(icc) : []),
    ...kept,
    Buffer.from([0xff, markers.EOI]),
  ];
  return {
    contentType: 'image/jpeg',
    width: frame.width,
    height: frame.height,
    orientation: orientation ?? 1,
    parts,
    unusual: frame.components === 4,
    decoderBytes: layered ? frame.coefficientBytes + STREAMED_BYTES : STREAMED_BYTES,
  };
}

/** Start of frame of any kind: 0xC0–0xCF without DHT, JPG and DAC. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== markers.DHT && marker !== 0xc8 && marker !== 0xcc;
}

/** Size and components, T.81 B.2.2; lossless, hierarchical, arithmetic and 12-bit images are nobody's photo. */
function readFrame(marker: number, body: Buffer): Frame {
  if (body.length < 6) throw new ImageRefused('image_corrupt');
  const [height, width] = [body.readUInt16BE(1), body.readUInt16BE(3)];
  checkSize(width, height);
  const components = body[5] as number;
  if (!FRAME_MARKERS.has(marker) || body[0] !== 8) throw new ImageRefused('image_too_complex');
  if (!(components in PROFILE_SPACES) || body.length < 6 + 3 * components)
    throw new ImageRefused('image_corrupt');

  const factors = Array.from({ length: components }, (_, index) => body[7 + 3 * index] as number);
  const [h, v] = [
    Math.max(...factors.map((factor) => factor >> 4)),
    Math.max(...factors.map((factor) => factor & 15)),
  ];
  const samples = factors.reduce((sum, factor) => sum + ((factor >> 4) * (factor & 15)) / (h * v || 1), 0);
  return { marker, width, height, components, coefficientBytes: width * height * samples * 2 };
}

/** T.81 B.2.3: sequential scans have spectral selection 0–63 and no successive approximation. */
function mendScanHeader(body: Buffer): Buffer {
  const mended = Buffer.from(body);
  if (mended.length >= 3) mended.set([0, 63, 0], mended.length - 3);
  return mended;
}

/** Says how to read the colours; version and flags, the writer's own, are set to what Adobe itself writes. */
function adobeSegment(colourTransform: number): Buffer {
  return segment(markers.APP14, Buffer.from([...Buffer.from('Adobe'), 0, 100, 0, 0, 0, 0, colourTransform]));
}

function profileSegments(profile: Buffer): Buffer[] {
  const size = 65519;
  const count = Math.ceil(profile.length / size);
  return Array.from({ length: count }, (_, index) => {
    const part = profile.subarray(index * size, (index + 1) * size);
    return segment(markers.APP2, Buffer.concat([Buffer.from(ICC), Buffer.from([index + 1, count]), part]));
  });
}

/** A whole segment: marker, length, body. */
function segment(marker: number, body: Buffer): Buffer {
  const length = body.length + 2;
  return Buffer.concat([Buffer.from([0xff, marker, length >> 8, length & 0xff]), body]);
}

function startsWith(body: Buffer, text: string): boolean {
  return body.toString('latin1', 0, text.length) === text;
}
