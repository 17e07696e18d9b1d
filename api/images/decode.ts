import sharp, { type Sharp } from 'sharp';
import type { JpegForm } from '../../domain/jpeg-forms.js';
import type { Orientation } from './exif-orientation.js';
import { imageLimits } from './image-limits.js';
import { ImageRefused } from './image-refused.js';
import { createMemoryGate, GateBusy } from './memory-gate.js';
import type { SourceImage } from './source-image.js';

// One thread for each image; images run side by side instead. libvips' cache would only keep other people's photos.
sharp.concurrency(1);
sharp.cache(false);

/**
 * All decoding in this process passes here. Two at once leave libuv's other two threads to DNS and files; half a GiB
 * holds the worst single image (a progressive CMYK of 50 megapixels) and bounds what any number of uploads can take.
 */
const gate = createMemoryGate({
  budgetBytes: 512 * 1024 * 1024,
  slots: 2,
  maxWaiting: 200,
  maxWaitMs: 30_000,
});

/** Seconds one image may take; the slowest one allowed took 4.5 (CMYK, progressive, 50 MP), so a timeout means an overloaded machine. */
const DECODE_SECONDS = 20;

/** A JPEG that stands upright, has three or one 8-bit channels in sRGB, no alpha and no metadata. */
export interface RenderedJpeg {
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes every byte of the image and returns the encoded bytes as they are, without metadata: proof that they can be
 * opened. JPEGs are decoded in full: read at a fraction of their size, libvips misses damage in the last 64 lines (in
 * full, in the last 8 of an image without colour subsampling: it looks for warnings before it reads a strip, not after).
 * @throws ImageRefused `image_corrupt`, `image_intake_busy`
 */
export async function proveDecodable(source: SourceImage): Promise<Uint8Array> {
  const { width, height } = source;
  const side = Math.ceil(Math.max(width, height) / 8);
  return decoded(source, async (image, clean) => {
    // To cut out the whole is what keeps the decoder from reading at a fraction.
    const whole = image.extract({ left: 0, top: 0, width, height });
    await whole.resize({ width: side, height: side, fit: 'inside' }).raw().toBuffer();
    return clean;
  });
}

/**
 * Decodes and encodes anew as JPEG: upright, transparent parts white, colours in sRGB, without colour subsampling.
 * @throws ImageRefused `image_corrupt`, `image_intake_busy`
 */
export async function renderJpeg(source: SourceImage, { side, quality }: JpegForm): Promise<RenderedJpeg> {
  const { data, info } = await decoded(source, (image) =>
    upright(
      // Scaled before it is turned: a turn needs all pixels in memory.
      image.resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true }),
      source.orientation,
    )
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      // Optimal Huffman tables would save 7 % of the bytes and cost 150 MB: all coefficients have to be kept.
      .jpeg({ quality, chromaSubsampling: '4:4:4', optimiseCoding: false })
      .toBuffer({ resolveWithObject: true }),
  );
  return { bytes: data, width: info.width, height: info.height };
}

/** EXIF orientations as turn (clockwise) and mirror; sharp mirrors first, whatever the order of the calls. */
function upright(image: Sharp, orientation: Orientation): Sharp {
  switch (orientation) {
    case 1:
      return image;
    case 2:
      return image.flop();
    case 3:
      return image.rotate(180);
    case 4:
      return image.flip();
    case 5:
      return image.rotate(90).flip();
    case 6:
      return image.rotate(90);
    case 7:
      return image.rotate(90).flop();
    case 8:
      return image.rotate(270);
  }
}

/** Runs `work` on the opened image once its turn comes, and makes the decoder's errors refusals. */
async function decoded<T>(
  source: SourceImage,
  work: (image: Sharp, clean: Uint8Array) => Promise<T>,
): Promise<T> {
  const open = (clean: Uint8Array, failOn: 'warning' | 'error'): Sharp =>
    sharp(clean, { failOn, limitInputPixels: imageLimits.maxPixels, sequentialRead: true }).timeout({
      seconds: DECODE_SECONDS,
    });
  try {
    return await gate.run(source.decoderBytes, async () => {
      const clean = Buffer.concat(source.parts);
      try {
        return await work(open(clean, 'warning'), clean);
      } catch (error) {
        // All pixels were read before this warning: padding that some cameras leave before the end marker.
        if (!isHarmless(error)) throw error;
        return await work(open(clean, 'error'), clean);
      }
    });
  } catch (error) {
    throw refusal(error);
  }
}

/** libjpeg's warning about a few surplus bytes after the last pixel. */
function isHarmless(error: unknown): boolean {
  const surplus = /(\d+) extraneous bytes before marker 0xd9/.exec(String(error))?.[1];
  return surplus !== undefined && Number(surplus) <= 64;
}

function refusal(cause: unknown): ImageRefused {
  const text = String(cause);
  if (cause instanceof GateBusy || /timeout:|out of memory|unable to allocate/i.test(text)) {
    return new ImageRefused('image_intake_busy', undefined, { cause });
  }
  return new ImageRefused('image_corrupt', undefined, { cause });
}
