import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { shrinkToInline } from '../../../api/images/shrink-to-inline.js';
import { portrait } from './make-images.js';
import { refused } from './refused.js';

/** Noise is the worst that can be compressed: a PNG of it is as large as its pixels. */
function noise(width: number, height: number): Sharp {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });
}

describe('shrinking to an inline image', () => {
  it('returns the same bytes where they fit', async () => {
    assert.equal(await shrinkToInline(portrait), portrait);
  });

  it('fits 5 MB with as much of the image as possible', async () => {
    const { bytes } = await acceptImage(await noise(2000, 1500).png({ compressionLevel: 1 }).toBuffer());
    assert.ok(bytes.length > 5_000_000);
    const small = await shrinkToInline(bytes);
    const { format, width } = await sharp(small).metadata();
    assert.ok(small.length <= 5_000_000);
    assert.deepEqual([format, width], ['jpeg', 2000]);
  }).timeout(30_000);

  it('gives way in size where quality is not enough', async () => {
    const large = await noise(1200, 900).jpeg({ quality: 95 }).toBuffer();
    const small = await shrinkToInline(large, 300_000);
    assert.ok(small.length <= 300_000);
    assert.equal((await sharp(small).metadata()).width, 640);
    await assert.rejects(shrinkToInline(portrait, 500), { code: 'image_too_large' });
  });

  it('is asked for at the intake by maxBytes', async () => {
    const large = await noise(1200, 900).jpeg({ quality: 95 }).toBuffer();
    const accepted = await acceptImage(large, { maxBytes: 300_000 });
    assert.ok(accepted.normalised && accepted.bytes.length <= 300_000);
    await refused(portrait, 'image_too_large', { maxBytes: 500 });
  });

  it('also bounds what is stored of a large image', async () => {
    const accepted = await acceptImage(await noise(4600, 1600).jpeg({ quality: 90 }).toBuffer());
    assert.ok(accepted.bytes.length <= 15_000_000);
    assert.equal(accepted.width, 4096);
  }).timeout(30_000);
});
