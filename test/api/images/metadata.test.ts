import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { acceptImage } from '../../../api/images/accept-image.js';
import { pngChunk } from '../../../api/images/png-chunks.js';
import {
  baseline,
  difference,
  drawing,
  pixels,
  plainJpeg,
  portrait,
  segment,
  withChunks,
  withSegments,
} from './make-images.js';

const SECRET = 'Musterweg 12, Bremen';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const contains = (bytes: Uint8Array, text: string): boolean => Buffer.from(bytes).includes(text);
const exif = {
  IFD0: { Make: 'Phone', Artist: SECRET },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '53/1 4/1 30/1',
    GPSLongitudeRef: 'E',
    GPSLongitude: '8/1 48/1 0/1',
  },
};

async function hasNoMetadata(bytes: Uint8Array): Promise<void> {
  const { exif, xmp, iptc, orientation, comments } = await sharp(bytes).metadata();
  assert.deepEqual(
    { exif, xmp, iptc, orientation, comments },
    { exif: undefined, xmp: undefined, iptc: undefined, orientation: undefined, comments: undefined },
  );
  for (const text of [
    SECRET,
    'Exif',
    'GPS',
    'http://ns.adobe.com',
    'Photoshop',
    'tEXt',
    'iTXt',
    'zTXt',
    'eXIf',
    'tIME',
  ]) {
    assert.equal(contains(bytes, text), false, `${text} is still there`);
  }
}

describe('metadata of an accepted image', () => {
  it('is gone from a plain JPEG whose pixels stay untouched: EXIF with GPS, XMP, IPTC, comment, thumbnail, maker notes', async () => {
    const tagged = await sharp(baseline)
      .jpeg()
      .withExif(exif)
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/">${SECRET}</x:xmpmeta>`)
      .toBuffer();
    const image = withSegments(
      tagged,
      segment(0xe0, Buffer.concat([Buffer.from(`JFXX\0\x10${SECRET}`, 'latin1'), await plainJpeg(90, 90)])),
      segment(0xe2, `MPF\0${SECRET}`),
      segment(0xe5, SECRET),
      segment(0xed, `Photoshop 3.0\x008BIM${SECRET}`),
      segment(0xef, SECRET),
      segment(0xfe, SECRET),
    );
    assert.ok((await sharp(image).metadata()).exif?.includes(SECRET));
    const accepted = await acceptImage(image);
    assert.equal(accepted.normalised, false);
    await hasNoMetadata(accepted.bytes);
    assert.equal(difference(await pixels(accepted.bytes), await pixels(image)), 0);
  });

  it('is gone from a JPEG that had to be turned', async () => {
    const image = await sharp(baseline).jpeg().withExif(exif).withMetadata({ orientation: 6 }).toBuffer();
    const accepted = await acceptImage(image);
    assert.ok(accepted.normalised);
    await hasNoMetadata(accepted.bytes);
  });

  it('is gone from a PNG: text of each kind, EXIF, time, private chunks', async () => {
    const text = Buffer.from(`Author\0${SECRET}`);
    const image = withChunks(
      await sharp(drawing).png().withExif(exif).toBuffer(),
      ...['tEXt', 'zTXt', 'iTXt', 'prVt', 'tIME', 'sPLT', 'gAMA'].map((type) => pngChunk(type, text)),
    );
    const accepted = await acceptImage(image);
    assert.equal(accepted.normalised, false);
    await hasNoMetadata(accepted.bytes);
    assert.equal(difference(await pixels(accepted.bytes), await pixels(image)), 0);
  });

  it('does not outlive a colour profile: not its name, not what hangs behind its end', async () => {
    const jpeg = await sharp(baseline).withIccProfile('p3').jpeg().toBuffer();
    const profile = (await sharp(jpeg).metadata()).icc as Buffer;
    const padded = Buffer.concat([
      Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'),
      profile,
      Buffer.from(SECRET),
    ]);
    const accepted = await acceptImage(withSegments(baseline, segment(0xe2, padded)));
    await hasNoMetadata(accepted.bytes);
    assert.deepEqual((await sharp(accepted.bytes).metadata()).icc, profile);
  });

  it('is dropped with a profile that is none, or is meant for other pixels', async () => {
    const junk = withSegments(baseline, segment(0xe2, `ICC_PROFILE\0\x01\x01${SECRET.repeat(20)}`));
    assert.deepEqual((await acceptImage(junk)).bytes, (await acceptImage(baseline)).bytes);
    const print = (await sharp(await sharp(portrait).withIccProfile('cmyk').jpeg().toBuffer()).metadata())
      .icc as Buffer;
    const wrong = segment(
      0xe2,
      Buffer.concat([Buffer.from('ICC_PROFILE\0\x01\x01', 'latin1'), print.subarray(0, 60_000)]),
    );
    assert.deepEqual(
      (await acceptImage(withSegments(baseline, wrong))).bytes,
      (await acceptImage(baseline)).bytes,
    );
  });

  it('includes whatever follows the end: archive, video, second picture', async () => {
    const trailers = [
      Buffer.from(`PK\x03\x04${SECRET}`),
      portrait,
      Buffer.from(`<script>${SECRET}</script>`),
      Buffer.alloc(5000),
    ];
    for (const image of [baseline, drawing]) {
      const alone = await acceptImage(image);
      for (const trailer of trailers) {
        const polyglot = Buffer.concat([image, trailer]);
        const accepted = await acceptImage(polyglot);
        assert.deepEqual(accepted.bytes, alone.bytes);
        assert.equal(accepted.originalSha256, sha256(polyglot));
      }
    }
  });
});

describe('hashes of an accepted image', () => {
  it('are those of what is stored and of what was received', async () => {
    for (const image of [portrait, drawing, await sharp(portrait).ensureAlpha(0.5).png().toBuffer()]) {
      const accepted = await acceptImage(image);
      assert.equal(accepted.sha256, sha256(accepted.bytes));
      assert.equal(accepted.originalSha256, sha256(image));
    }
  });

  it('are the same each time, also for images encoded anew side by side', async () => {
    const rotated = await sharp(portrait).withMetadata({ orientation: 5 }).jpeg().toBuffer();
    const all = await Promise.all(Array.from({ length: 8 }, () => acceptImage(rotated)));
    assert.equal(new Set(all.map((image) => image.sha256)).size, 1);
  });

  it('do not change if the stored image is taken in again', async () => {
    for (const image of [
      portrait,
      drawing,
      await sharp(portrait).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    ]) {
      const once = await acceptImage(image);
      const twice = await acceptImage(once.bytes);
      assert.deepEqual([twice.sha256, twice.normalised], [once.sha256, false]);
    }
  });

  it('do not depend on where the bytes lie in memory', async () => {
    const shifted = new Uint8Array(portrait.length + 7).subarray(7);
    shifted.set(portrait);
    assert.equal((await acceptImage(shifted)).sha256, (await acceptImage(portrait)).sha256);
  });
});
