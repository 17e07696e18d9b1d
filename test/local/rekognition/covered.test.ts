import assert from 'node:assert/strict';
import sharp from 'sharp';
import { inSunglasses, masked, placesOn } from '../../support/worn.js';
import { engine, people, portrait } from './photos.js';

/** Every n-th photo is drawn upon; 1 for all. */
const EVERY = 4;

describe('a covered face', function () {
  this.timeout(120_000);
  let photos: Buffer[];
  before(async () => {
    const names = Object.values(people)
      .flat()
      .filter((_, i) => i % EVERY === 0);
    photos = await Promise.all(names.map((name) => sharp(portrait(name)).jpeg({ quality: 95 }).toBuffer()));
  });

  /** What is said of the photos with something drawn on; prints it. A face that is not found any more is undefined. */
  async function judge(what: string, draw: typeof masked, colour: string) {
    const found = await Promise.all(
      photos.map(async (photo) => {
        const [face] = await engine.analyse(photo, { attributes: [], vectors: 0, filter: 'NONE' });
        const covered = await draw(photo, await placesOn(photo, face?.detail.Landmarks ?? []), colour);
        const attributes = ['SUNGLASSES', 'FACE_OCCLUDED'] as const;
        const [seen] = await engine.analyse(covered, { attributes, vectors: 0, filter: 'NONE' });
        return seen?.detail;
      }),
    );
    const hidden = found.filter((detail) => !detail || detail.FaceOccluded?.Value).length;
    const dark = found.filter((detail) => detail?.Sunglasses?.Value).length;
    console.log(`      ${what}: ${hidden} of ${found.length} covered or not seen, ${dark} in sunglasses`);
    return { hidden: hidden / found.length, dark: dark / found.length };
  }

  for (const [what, colour] of [
    ['a blue mask', '#9cc4d8'],
    ['a white mask', '#e9ebea'],
    ['a black mask', '#1d1d20'],
  ] as const) {
    it(`is one with ${what}, which is not taken for sunglasses`, async () => {
      const { hidden, dark } = await judge(what, masked, colour);
      assert.ok(hidden >= 0.95);
      assert.ok(dark <= 0.1);
    });
  }

  it('is one in sunglasses, which are seen as such', async () => {
    const { hidden, dark } = await judge('black glasses', inSunglasses, '#101014');
    assert.ok(hidden >= 0.95);
    assert.ok(dark >= 0.85);
  });
});
