import sharp from 'sharp';
import { fittingForm } from '../../domain/jpeg-forms.js';

// As where photos are taken in (`api/images/decode.ts`): one thread for each image, and no memory of other people's photos.
sharp.concurrency(1);
sharp.cache(false);

/** Two at once leave libuv's other two threads to DNS and files, and bound the memory that decoding takes. */
const AT_ONCE = 2;
const SECONDS = 20;

let free = AT_ONCE;
const waiting: (() => void)[] = [];

/**
 * A photo made to fit: the best upright JPEG of at most `maxBytes` bytes.
 * @returns undefined when it cannot be decoded, or made to fit
 */
export async function scalePhoto(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined> {
  if (free === 0) await new Promise<void>((go) => waiting.push(go));
  else free--;
  try {
    const scaled = await fittingForm(maxBytes, async ({ side, quality }) => ({
      bytes: await sharp(bytes, { sequentialRead: true })
        .timeout({ seconds: SECONDS })
        .autoOrient()
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .flatten({ background: 'white' })
        .toColourspace('srgb')
        .jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false })
        .toBuffer(),
    }));
    return scaled?.bytes;
  } catch {
    return undefined;
  } finally {
    const next = waiting.shift();
    if (next) next();
    else free++;
  }
}
