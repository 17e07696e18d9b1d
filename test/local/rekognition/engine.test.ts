import assert from 'node:assert/strict';
import sharp, { type Sharp } from 'sharp';
import type { Face, Wanted } from '../../../local/rekognition/engine/face-engine.js';
import { ATTRIBUTES } from '../../../local/rekognition/shapes.js';
import { dot, similarityOf } from '../../../local/rekognition/similarity.js';
import { engine, group, people, portrait } from './photos.js';

const faceOnly: Wanted = { attributes: [], vectors: 0, filter: 'NONE' };
const everything: Wanted = { attributes: ATTRIBUTES, vectors: 1, filter: 'NONE' };

const onlyFace = async (image: Uint8Array, wanted = everything): Promise<Face> => {
  const faces = await engine.analyse(image, wanted);
  assert.equal(faces.length, 1);
  return faces[0] as Face;
};
const similarity = (a: Face, b: Face): number =>
  similarityOf(dot(a.vector as Float32Array, b.vector as Float32Array));

describe('face engine', function () {
  this.timeout(60_000);

  it('gives photos of one person 95 or more, of two people less than 80', async () => {
    const vectors: { person: string; name: string; face: Face }[] = [];
    for (const [person, names] of Object.entries(people)) {
      for (const name of names) vectors.push({ person, name, face: await onlyFace(portrait(name)) });
    }
    for (const [i, a] of vectors.entries()) {
      for (const b of vectors.slice(i + 1)) {
        const found = similarity(a.face, b.face);
        const pair = `${a.name} and ${b.name}: ${found}`;
        assert.ok(a.person === b.person ? found >= 95 : found < 80, pair);
      }
    }
  });

  it('finds each face of a group, largest first', async () => {
    const faces = await engine.analyse(group(1), faceOnly);
    assert.equal(faces.length, 3);
    const areas = faces.map(({ detail }) => detail.BoundingBox.Width * detail.BoundingBox.Height);
    assert.deepEqual(
      areas,
      [...areas].sort((a, b) => b - a),
    );
    assert.ok(faces.every(({ detail }) => detail.Confidence >= 70 && detail.Confidence <= 100));
  });

  it('names 30 landmarks, the eyes above the mouth and left of each other', async () => {
    const { detail } = await onlyFace(portrait('audrey'));
    const at = Object.fromEntries(detail.Landmarks.map(({ Type, X, Y }) => [Type, { X, Y }]));
    assert.equal(Object.keys(at).length, 30);
    assert.ok((at.eyeLeft?.X as number) < (at.eyeRight?.X as number));
    assert.ok((at.eyeLeft?.Y as number) < (at.mouthUp?.Y as number));
    assert.ok((at.mouthUp?.Y as number) < (at.chinBottom?.Y as number));
  });

  it('reads a rotated head as rolled, clockwise positive', async () => {
    const upright = await onlyFace(portrait('audrey'));
    const turned = await onlyFace(
      await sharp(portrait('audrey')).rotate(12, { background: '#808080' }).jpeg().toBuffer(),
    );
    const difference = turned.detail.Pose.Roll - upright.detail.Pose.Roll;
    assert.ok(Math.abs(difference - 12) < 3, `${difference}`);
  });

  it('reads a mirrored head as turned the other way', async () => {
    const one = await onlyFace(portrait('franck_03979'));
    const other = await onlyFace(await sharp(portrait('franck_03979')).flop().jpeg().toBuffer());
    assert.ok(Math.abs(one.detail.Pose.Yaw) > 5);
    assert.ok(Math.abs(one.detail.Pose.Yaw + other.detail.Pose.Yaw) < 6);
  });

  it('sees sunglasses, closed eyes, and that an open face has neither', async () => {
    const sunglasses = (await onlyFace(portrait('terminator_crop'))).detail;
    assert.deepEqual([sunglasses.Sunglasses?.Value, sunglasses.FaceOccluded?.Value], [true, true]);
    assert.equal((await onlyFace(portrait('walter2_crop'))).detail.Eyeglasses?.Value, true);
    assert.equal((await onlyFace(portrait('franck_03979'))).detail.EyesOpen?.Value, false);
    const open = (await onlyFace(portrait('audrey'))).detail;
    const seen = [open.EyesOpen, open.Sunglasses, open.Eyeglasses, open.FaceOccluded].map(
      (judged) => judged?.Value,
    );
    assert.deepEqual(seen, [true, false, false, false]);
  });

  it('measures brightness and sharpness', async () => {
    const { Quality: clear } = (await onlyFace(portrait('audrey'), faceOnly)).detail;
    const { Quality: dark } = (
      await onlyFace(await sharp(portrait('audrey')).linear(0.15, 0).jpeg().toBuffer())
    ).detail;
    const { Quality: soft } = (await onlyFace(await sharp(portrait('audrey')).blur(12).jpeg().toBuffer()))
      .detail;
    assert.ok(clear.Brightness > 40 && dark.Brightness < clear.Brightness / 2);
    assert.ok(clear.Sharpness > 50 && soft.Sharpness < 10);
  });

  it('computes no more than what is asked for', async () => {
    const { detail, vector } = await onlyFace(portrait('audrey'), {
      ...faceOnly,
      attributes: ['MOUTH_OPEN'],
    });
    assert.equal(vector, undefined);
    assert.deepEqual(
      Object.keys(detail).filter((key) => /Eye|Sun|Occl|Mouth|Age|Smile/.test(key)),
      ['MouthOpen'],
    );
  });

  const odd: Record<string, (image: Sharp) => Sharp> = {
    'EXIF-rotated JPEG': (image) => image.rotate(270).withMetadata({ orientation: 6 }).jpeg(),
    'PNG with alpha': (image) => image.ensureAlpha(0.9).png(),
    'CMYK JPEG': (image) => image.toColourspace('cmyk').jpeg(),
    'greyscale JPEG': (image) => image.greyscale().jpeg(),
    '16-bit PNG': (image) => image.toColourspace('rgb16').png(),
    '20 megapixels': (image) => image.resize(3900, 5200).jpeg(),
    '250 x 250': (image) => image.resize(250, 250).jpeg(),
    'very dark': (image) => image.linear(0.1, 0).png(),
  };
  for (const [name, make] of Object.entries(odd)) {
    it(`knows the person on an odd but good image: ${name}`, async () => {
      const plain = await onlyFace(portrait('audrey'));
      const found = await onlyFace(await make(sharp(portrait('audrey'))).toBuffer());
      assert.ok(similarity(plain, found) >= 95, `${similarity(plain, found)}`);
      assert.ok(Math.abs(found.detail.Pose.Roll) < 20, 'upright');
    });
  }

  const bad: Record<string, [code: string, image: () => Promise<Uint8Array> | Uint8Array]> = {
    text: ['format', () => Buffer.from('hello, not an image')],
    empty: ['format', () => new Uint8Array()],
    'truncated JPEG': ['format', () => portrait('audrey').subarray(0, 20_000)],
    GIF: ['format', () => sharp(portrait('audrey')).gif().toBuffer()],
    WebP: ['format', () => sharp(portrait('audrey')).webp().toBuffer()],
    '1 x 1': ['too-small', () => sharp(portrait('audrey')).resize(1, 1).png().toBuffer()],
    '79 x 200': ['too-small', () => sharp(portrait('audrey')).resize(79, 200).png().toBuffer()],
    'a decompression bomb': [
      'too-large',
      () =>
        sharp({ create: { width: 12_000, height: 12_000, channels: 3, background: '#fff' } })
          .png()
          .toBuffer(),
    ],
  };
  for (const [name, [code, make]] of Object.entries(bad)) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(engine.analyse(await make(), faceOnly), { name: 'ImageProblem', code });
    });
  }

  it('finds nothing in an image without a face', async () => {
    const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
    const image = await sharp({ create: { width: 400, height: 300, channels: 3, background: '#777', noise } })
      .jpeg()
      .toBuffer();
    assert.deepEqual(await engine.analyse(image, everything), []);
  });

  it('does not see faces under 40 pixels', async () => {
    const tiny = await sharp(portrait('franck_01829'))
      .resize(80)
      .extend({ left: 200, right: 200, top: 200, bottom: 200 })
      .jpeg()
      .toBuffer();
    assert.deepEqual(await engine.analyse(tiny, faceOnly), []);
  });
});
