import assert from 'node:assert/strict';
import fc from 'fast-check';
import sharp from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { ImageRefused } from '../../../api/images/image-refused.js';
import { baseline, drawing, portrait } from './make-images.js';

/** A second example of each container, with every metadata block that a parser of ours reads. */
const rich = sharp(portrait)
  .resize(160)
  .withExif({ IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '53/1 4/1 30/1' } })
  .withIccProfile('p3');
const samples = {
  baseline,
  portrait,
  drawing,
  richJpeg: await rich.clone().jpeg().toBuffer(),
  richPng: await rich.clone().png().toBuffer(),
};
const sample = fc.constantFrom(...Object.values(samples));

/** Taken or refused within 2 s, never anything else; what is taken decodes and has no EXIF. */
async function holds(bytes: Uint8Array): Promise<void> {
  const started = performance.now();
  const outcome = await acceptImage(bytes).catch((error: unknown) => error);
  const elapsed = performance.now() - started;
  assert.ok(elapsed < 2000, `${elapsed} ms`);
  if (outcome instanceof Error) {
    assert.ok(outcome instanceof ImageRefused, outcome.stack);
    assert.ok(outcome.status < 500);
    return;
  }
  const { bytes: stored } = outcome as Awaited<ReturnType<typeof acceptImage>>;
  const { exif, width, height } = await sharp(stored).metadata();
  assert.equal(exif, undefined);
  assert.ok(width >= 80 && height >= 80);
}

describe('any bytes', () => {
  it('are taken or refused when random', async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 3000 }), holds), { numRuns: 300 });
  }).timeout(60_000);

  it('are taken or refused when random behind the start of an image', async () => {
    const start = fc.tuple(sample, fc.nat(700), fc.uint8Array({ maxLength: 2000 }));
    const property = fc.asyncProperty(start, ([image, length, rest]) =>
      holds(Buffer.concat([image.subarray(0, length), rest])),
    );
    await fc.assert(property, { numRuns: 300 });
  }).timeout(60_000);

  it('are refused when a good image is cut', async () => {
    const cut = fc.tuple(sample, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }));
    const property = fc.asyncProperty(cut, async ([image, share]) => {
      const bytes = image.subarray(0, Math.floor(image.length * share));
      await holds(bytes);
      await assert.rejects(acceptImage(bytes), ImageRefused);
    });
    await fc.assert(property, { numRuns: 150 });
  }).timeout(60_000);

  it('are taken or refused when bits of a good image are flipped', async () => {
    const flip = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
      bit: fc.nat(7),
    });
    const header = fc.record({ at: fc.double({ min: 0, max: 0.02, noNaN: true }), bit: fc.nat(7) });
    const flips = fc.oneof(
      fc.array(flip, { minLength: 1, maxLength: 8 }),
      fc.array(header, { minLength: 1, maxLength: 3 }),
    );
    const property = fc.asyncProperty(sample, flips, async (image, positions) => {
      const bytes = Buffer.from(image);
      for (const { at, bit } of positions) {
        const index = Math.floor(at * bytes.length);
        bytes[index] = (bytes[index] as number) ^ (1 << bit);
      }
      await holds(bytes);
    });
    await fc.assert(property, { numRuns: 400 });
  }).timeout(60_000);

  it('are taken or refused when a piece of a good image is moved or repeated', async () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.asyncProperty(sample, share, share, share, async (image, from, to, target) => {
      const at = (value: number): number => Math.floor(value * image.length);
      const piece = image.subarray(Math.min(at(from), at(to)), Math.max(at(from), at(to)));
      await holds(Buffer.concat([image.subarray(0, at(target)), piece, image.subarray(at(target))]));
    });
    await fc.assert(property, { numRuns: 200 });
  }).timeout(60_000);
});
