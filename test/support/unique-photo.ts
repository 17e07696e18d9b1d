import { randomBytes } from 'node:crypto';
import sharp from 'sharp';

/** A photo no other call of this gives: the constant-time engine derives the face from the bytes. */
export async function uniquePhoto(): Promise<string> {
  const size = 160;
  const raw = randomBytes(size * size * 3);
  const jpeg = await sharp(raw, { raw: { width: size, height: size, channels: 3 } })
    .jpeg({ quality: 60 })
    .toBuffer();
  return jpeg.toString('base64');
}
