import sharp from 'sharp';
import type { StoredImage } from '../../domain/image-ref.js';
import type { Archive } from '../ports/archive.js';

/** Where most photos have said how large they are; a few say it later, behind what their camera noted. */
const FIRST_BYTES = 262_144;

/** Pixels, as displayed; undefined where the photo does not tell; `absent` where there is none, or it may not be read. */
export async function photoSize(
  archive: Pick<Archive, 'read'>,
  { bucket, key, region }: StoredImage,
): Promise<{ width: number; height: number } | 'absent' | undefined> {
  const place = { bucket, ...(region ? { region } : {}) };
  const first = await archive.read(place, key, { from: 0, to: FIRST_BYTES });
  if (!first) return 'absent';
  const size = await sizeOf(first.bytes);
  if (size || first.bytes.length >= first.size) return size;
  const whole = await archive.read(place, key);
  return whole ? sizeOf(whole.bytes) : 'absent';
}

async function sizeOf(bytes: Uint8Array): Promise<{ width: number; height: number } | undefined> {
  try {
    const { width, height, orientation = 1 } = await sharp(bytes).metadata();
    // From 5 on it lies on its side (EXIF, tag 0x0112).
    return orientation < 5 ? { width, height } : { width: height, height: width };
  } catch {
    return undefined;
  }
}
