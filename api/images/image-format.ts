/** What bytes are, told by themselves; names and declared content types lie. */
interface ImageFormat {
  readonly kind: 'jpeg' | 'png' | 'heic' | 'other';
  /** For a sentence: "The file is …". */
  readonly name: string;
  /** True if the container says that there is more than one frame. Not told here for PNG. */
  readonly animated: boolean;
}

interface Signature {
  readonly name: string;
  /** Latin-1 text that the file starts with. */
  readonly magic: string;
}

const SIGNATURES: readonly Signature[] = [
  { name: 'a TIFF image', magic: 'II*\0' },
  { name: 'a TIFF image', magic: 'MM\0*' },
  { name: 'a BMP image', magic: 'BM' },
  { name: 'a PDF document', magic: '%PDF-' },
  { name: 'a JPEG 2000 image', magic: '\0\0\0\x0cjP  ' },
  { name: 'a JPEG 2000 image', magic: '\xff\x4f\xff\x51' },
  { name: 'a JPEG XL image', magic: '\0\0\0\x0cJXL ' },
  { name: 'a JPEG XL image', magic: '\xff\x0a' },
  { name: 'a Photoshop document', magic: '8BPS' },
  { name: 'an icon', magic: '\0\0\x01\0' },
  { name: 'a ZIP archive or office document', magic: 'PK\x03\x04' },
  { name: 'a video', magic: '\x1a\x45\xdf\xa3' },
  { name: 'base64 text of an image (decode it, or send it in a JSON field)', magic: '/9j/' },
  { name: 'base64 text of an image (decode it, or send it in a JSON field)', magic: 'iVBORw0KGgo' },
  { name: 'a data: URL (send the bytes, or the base64 part in a JSON field)', magic: 'data:' },
];

/** ISO base media brands (https://mp4ra.org/registered-types/brands). */
const HEIC_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'hevm', 'hevs', 'mif1', 'msf1']);
const AVIF_BRANDS = new Set(['avif', 'avis']);

/** Tells the format by the first bytes; never throws. */
export function imageFormat(bytes: Uint8Array): ImageFormat {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number): string => data.toString('latin1', from, to);

  if (text(0, 3) === '\xff\xd8\xff') return { kind: 'jpeg', name: 'a JPEG image', animated: false };
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return { kind: 'png', name: 'a PNG image', animated: false };
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') {
    return { kind: 'other', name: 'a GIF image', animated: hasTwoGifFrames(data) };
  }
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') {
    const animated = text(12, 16) === 'VP8X' && ((data[20] ?? 0) & 0x02) !== 0;
    return { kind: 'other', name: 'a WebP image', animated };
  }
  if (text(4, 8) === 'ftyp') return isoFormat(data);
  const found = SIGNATURES.find(({ magic }) => text(0, magic.length) === magic);
  if (found) return { kind: 'other', name: found.name, animated: false };
  if (looksLikeSvg(text(0, 1024))) return { kind: 'other', name: 'an SVG drawing', animated: false };
  return { kind: 'other', name: looksLikeText(data) ? 'text' : 'of an unknown type', animated: false };
}

function isoFormat(data: Buffer): ImageFormat {
  const end = Math.min(data.length, data.length >= 4 ? data.readUInt32BE(0) : 0, 256);
  const brands: string[] = [];
  for (let at = 8; at + 4 <= end; at += 4) if (at !== 12) brands.push(data.toString('latin1', at, at + 4));
  // AVIF first: its files list the general brand mif1 as well.
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) {
    return { kind: 'other', name: 'an AVIF image', animated: brands[0] === 'avis' };
  }
  if (brands.some((brand) => HEIC_BRANDS.has(brand)))
    return { kind: 'heic', name: 'a HEIC photo', animated: false };
  return { kind: 'other', name: 'a video', animated: false };
}

/** Walks the blocks of a GIF (https://www.w3.org/Graphics/GIF/spec-gif89a.txt) until a second image descriptor. */
function hasTwoGifFrames(data: Buffer): boolean {
  const colours = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);
  let at = 13 + colours(data[10] ?? 0);
  let frames = 0;
  while (at < data.length) {
    const block = data[at];
    if (block === 0x2c) {
      frames += 1;
      if (frames === 2) return true;
      at += 11 + colours(data[at + 9] ?? 0);
    } else if (block === 0x21) {
      at += 2;
    } else {
      return false;
    }
    for (let size = data[at]; size; size = data[at]) at += size + 1;
    at += 1;
  }
  return false;
}

function looksLikeSvg(start: string): boolean {
  return /^(\xef\xbb\xbf)?\s*<(\?xml|!--|!doctype svg|svg)/i.test(start) && /<svg[\s>]/i.test(start);
}

function looksLikeText(data: Buffer): boolean {
  const start = data.subarray(0, 512);
  if (!start.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(start, { stream: true });
    return true;
  } catch {
    return false;
  }
}
