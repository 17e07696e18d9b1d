import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import sharp, { type Sharp } from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { portrait } from './make-images.js';
import { refused } from './refused.js';

/** Noise is the worst that can be compressed: a PNG of it is as large as its pixels. */
function noise(width: number, height: number): Sharp {
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } });
}

describe('images that must be made smaller', () => {
  it('fit 5 MB with as much of the image as possible', async () => {
    const png = await noise(2000, 1500).png({ compressionLevel: 1 }).toBuffer();
    const { bytes, contentType, width } = await acceptImage(png, { maxBytes: 5_000_000 });
    assert.ok(png.length > 5_000_000 && bytes.length <= 5_000_000);
    assert.deepEqual([contentType, width], ['image/jpeg', 2000]);
  }).timeout(30_000);

  it('give way in size where quality is not enough', async () => {
    const large = await noise(1200, 900).jpeg({ quality: 95 }).toBuffer();
    const accepted = await acceptImage(large, { maxBytes: 300_000 });
    assert.ok(accepted.normalised && accepted.bytes.length <= 300_000);
    assert.equal(accepted.width, 640);
    await refused(portrait, 'image_too_large', { maxBytes: 500 });
  });

  it('are so where they are too large to be stored', async () => {
    const accepted = await acceptImage(await noise(4600, 1600).jpeg({ quality: 90 }).toBuffer());
    assert.ok(accepted.bytes.length <= 15_000_000);
    assert.equal(accepted.width, 4096);
  }).timeout(30_000);
});
