import assert from 'node:assert/strict';
import { deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { imageLimits } from '../../../api/images/image-limits.js';
import {
  baseline,
  difference,
  markerAt,
  pixels,
  plainJpeg,
  pngOfSize,
  portrait,
  quarters,
} from './make-images.js';

/** Mean difference per sample that encoding as JPEG may make. */
const JPEG_LOSS = 3;

async function normalisesTo(image: Buffer, expected: Buffer, loss = JPEG_LOSS): Promise<void> {
  const accepted = await acceptImage(image);
  assert.equal(accepted.contentType, 'image/jpeg');
  assert.ok(accepted.normalised);
  assert.notEqual(accepted.sha256, accepted.originalSha256);
  const { width, height, channels, depth, hasAlpha, space } = await sharp(accepted.bytes).metadata();
  assert.deepEqual({ width, height }, { width: accepted.width, height: accepted.height });
  assert.ok(channels === 3 || channels === 1);
  assert.deepEqual({ depth, hasAlpha }, { depth: 'uchar', hasAlpha: false });
  assert.ok(space === 'srgb' || space === 'b-w');
  const found = difference(await pixels(accepted.bytes), expected);
  assert.ok(found < loss, `differs by ${found}`);
}

async function staysAsItIs(image: Buffer): Promise<void> {
  const accepted = await acceptImage(image);
  assert.equal(accepted.normalised, false);
  assert.ok(accepted.bytes.length <= image.length);
  assert.equal(difference(await pixels(accepted.bytes), await pixels(image)), 0);
  const { width, height } = await sharp(image).metadata();
  assert.deepEqual([accepted.width, accepted.height], [width, height]);
}

describe('odd but good images', () => {
  describe('turned by EXIF', () => {
    for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8] as const) {
      it(`stand upright: orientation ${orientation}`, async () => {
        const tagged = quarters().withMetadata({ orientation });
        const jpeg = await tagged.clone().jpeg({ quality: 95 }).toBuffer();
        const png = await tagged.clone().png().toBuffer();
        if (orientation === 1) {
          await staysAsItIs(jpeg);
          await staysAsItIs(png);
          return;
        }
        await normalisesTo(jpeg, await pixels(jpeg));
        await normalisesTo(png, await pixels(png));
        const { width, height } = await acceptImage(jpeg);
        assert.deepEqual([width, height], orientation > 4 ? [120, 160] : [160, 120]);
      });
    }

    it('are taken as upright where the tag is nonsense', async () => {
      const jpeg = await quarters().withMetadata({ orientation: 6 }).jpeg().toBuffer();
      const tag = jpeg.indexOf(Buffer.from('011200030000000100', 'hex')); // big endian
      const little = jpeg.indexOf(Buffer.from('120103000100000006', 'hex'));
      const at = tag === -1 ? little + 8 : tag + 9;
      assert.equal(jpeg[at], 6);
      jpeg[at] = 9;
      assert.equal((await acceptImage(jpeg)).normalised, false);
    });
  });

  describe('with colours or depths that are encoded anew', () => {
    it('alpha becomes white', async () => {
      const half = {
        create: { width: 100, height: 100, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0 } },
      } as const;
      await normalisesTo(await sharp(half).png().toBuffer(), Buffer.alloc(100 * 100 * 3, 255));
      await normalisesTo(await sharp(portrait).ensureAlpha(1).png().toBuffer(), await pixels(portrait));
    });
    it('a palette with a transparent entry becomes white', async () => {
      const half = {
        create: { width: 100, height: 100, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
      } as const;
      await normalisesTo(
        await sharp(half).png({ palette: true }).toBuffer(),
        Buffer.alloc(100 * 100 * 3, 255),
      );
    });
    it('16 bits a sample become 8', async () => {
      const png = await sharp(portrait).toColourspace('rgb16').png().toBuffer();
      assert.equal((await sharp(png).metadata()).depth, 'ushort');
      await normalisesTo(png, await pixels(portrait));
    });
    it('one bit a sample becomes 8', async () => {
      const rows = Buffer.alloc(100 * 14, 0xff); // a filter byte and 100 pixels in 13 bytes, for each row
      for (let row = 0; row < 100; row++) rows[row * 14] = 0;
      const png = pngOfSize(100, 100, { bitDepth: 1, colourType: 0, data: deflateSync(rows) });
      await normalisesTo(png, await pixels(png));
    });
    it('an interlaced PNG becomes a JPEG', async () => {
      await normalisesTo(await sharp(portrait).png({ progressive: true }).toBuffer(), await pixels(portrait));
    });
    it('CMYK, with and without a profile, becomes sRGB', async () => {
      const plain = await sharp(portrait).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
      assert.equal((await sharp(plain).metadata()).channels, 4);
      await normalisesTo(plain, await pixels(plain));
      await normalisesTo(plain, await pixels(portrait), 25); // print colours are fewer: near, not equal
      const profiled = await sharp(portrait).withIccProfile('cmyk').jpeg({ quality: 95 }).toBuffer();
      await normalisesTo(profiled, await pixels(profiled));
    });
    it('YCCK too', async () => {
      const cmyk = await sharp(portrait)
        .toColourspace('cmyk')
        .jpeg({ quality: 95, progressive: false })
        .toBuffer();
      const adobe = cmyk.indexOf('Adobe');
      assert.ok(adobe > 0);
      const ycck = Buffer.from(cmyk);
      ycck[adobe + 11] = 2;
      await normalisesTo(ycck, await pixels(ycck));
    });
  });

  describe('that stay as they are, losslessly', () => {
    const kinds: Record<string, (image: Sharp) => Sharp> = {
      'baseline JPEG': (image) => image.jpeg(),
      'progressive JPEG': (image) => image.jpeg({ progressive: true }),
      'JPEG without subsampling': (image) => image.jpeg({ chromaSubsampling: '4:4:4' }),
      'greyscale JPEG': (image) => image.greyscale().jpeg(),
      'JPEG in Display P3': (image) => image.withIccProfile('p3').jpeg(),
      'RGB PNG': (image) => image.png(),
      'greyscale PNG': (image) => image.greyscale().toColourspace('b-w').png(),
      'palette PNG': (image) => image.png({ palette: true }),
      'PNG in Display P3': (image) => image.withIccProfile('p3').png(),
    };
    for (const [name, make] of Object.entries(kinds)) {
      it(name, async () => staysAsItIs(await make(sharp(portrait)).toBuffer()));
    }

    it('with the colour profile kept', async () => {
      for (const format of ['jpeg', 'png'] as const) {
        const image = await sharp(portrait).withIccProfile('p3').toFormat(format).toBuffer();
        const kept = await sharp((await acceptImage(image)).bytes).metadata();
        assert.deepEqual(kept.icc, (await sharp(image).metadata()).icc);
      }
    });
    it('a JPEG padded before its end marker', async () => {
      await staysAsItIs(Buffer.concat([baseline.subarray(0, -2), Buffer.alloc(16), baseline.subarray(-2)]));
    });
    it("a selfie with some Samsung cameras' bad scan header, mended", async () => {
      const bad = Buffer.from(baseline);
      const scan = markerAt(bad, 0xda);
      bad.set([0, 0, 0], scan + 2 + bad.readUInt16BE(scan + 2) - 3);
      await assert.rejects(sharp(bad).raw().toBuffer(), /Invalid SOS parameters/);
      const accepted = await acceptImage(bad);
      assert.deepEqual(accepted.bytes, (await acceptImage(baseline)).bytes);
    });
  });

  describe('that are large', () => {
    it('keep their pixels up to 4096 a side', async () => {
      const accepted = await acceptImage(await plainJpeg(4096, 3072));
      assert.deepEqual([accepted.width, accepted.height, accepted.normalised], [4096, 3072, false]);
    });
    it('are scaled to 4096 beyond it: 20 and 50 megapixels, upright too', async () => {
      const twenty = await acceptImage(await plainJpeg(5472, 3648));
      assert.deepEqual([twenty.width, twenty.height, twenty.normalised], [4096, 2731, true]);
      const turned = sharp({ create: { width: 8192, height: 6144, channels: 3, background: '#8a7f70' } });
      const fifty = await acceptImage(await turned.withMetadata({ orientation: 6 }).jpeg().toBuffer());
      assert.deepEqual([fifty.width, fifty.height, fifty.normalised], [3072, 4096, true]);
      assert.ok(Math.max(fifty.width, fifty.height) <= imageLimits.maxSide);
    }).timeout(30_000);
  });
});
