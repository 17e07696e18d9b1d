import assert from 'node:assert/strict';
import sharp from 'sharp';
import { nothingBetween, photograph } from '../../support/rephotograph.js';
import { spoof } from '../../support/spoofs.js';
import { engine, group, people, portrait } from './photos.js';

/** What the policy asks for by default (policies/default.json). */
const CONFIDENCE = 80;
/** Every n-th photo is photographed again. */
const EVERY = 5;

/** The only face's confidence; undefined where there is none, or more than one: such a frame is refused too. */
async function confidenceOf(photo: Uint8Array): Promise<number | undefined> {
  const faces = await engine.analyse(photo, { attributes: [], vectors: 0, filter: 'NONE', live: true });
  return faces.length === 1 ? faces[0]?.live : undefined;
}

const measure = (photos: readonly Uint8Array[]) => Promise.all(photos.map(confidenceOf));

/** The people of a group photo one by one, with as much around them as a selfie has. */
async function singles(photo: Buffer): Promise<Buffer[]> {
  const { width, height } = await sharp(photo).metadata();
  const faces = await engine.analyse(photo, { attributes: [], vectors: 0, filter: 'NONE' });
  return Promise.all(
    faces.map(({ detail: { BoundingBox: box } }) => {
      const side = box.Height * height * 2.6;
      const left = Math.round(Math.max(0, (box.Left + box.Width / 2) * width - side / 2));
      const top = Math.round(Math.max(0, (box.Top + box.Height / 2) * height - side / 2));
      const [right, bottom] = [Math.min(width, left + side), Math.min(height, top + side)];
      const area = { left, top, width: Math.floor(right - left), height: Math.floor(bottom - top) };
      return sharp(photo).extract(area).jpeg({ quality: 95 }).toBuffer();
    }),
  );
}

/** Prints how many pass, of what, and answers the share. */
function rate(what: string, confidences: readonly (number | undefined)[]): number {
  const passed = confidences.filter((confidence = 0) => confidence >= CONFIDENCE).length;
  const unseen = confidences.filter((confidence) => confidence === undefined).length;
  const without = unseen > 0 ? ` (${unseen} without exactly one face)` : '';
  console.log(`      ${what}: ${passed} of ${confidences.length} pass at ${CONFIDENCE}${without}`);
  return passed / confidences.length;
}

describe('the anti-spoof signal', function () {
  this.timeout(180_000);

  let live: { photo: Buffer; confidence: number }[];
  let again: Buffer[];

  before(async () => {
    const groups = await Promise.all([1, 2, 3, 4, 5, 6].map((number) => singles(group(number))));
    const photos = [...Object.values(people).flat().map(portrait), ...groups.flat()];
    const started = performance.now();
    const confidences = await measure(photos);
    console.log(
      `      ${((performance.now() - started) / photos.length).toFixed(0)} ms a photo, two at a time`,
    );
    live = photos.flatMap((photo, i) => {
      const confidence = confidences[i];
      return confidence === undefined ? [] : [{ photo, confidence }];
    });
    again = live.filter((_, i) => i % EVERY === 0).map(({ photo }) => photo);
  });

  it('lets most photos of people pass', () => {
    const confidences = live.map(({ confidence }) => confidence);
    assert.ok(rate('photos', confidences) >= 0.88);
  });

  it('lets photos pass that the made-up camera takes with nothing in between', async () => {
    const taken: Buffer[] = [];
    for (const [i, photo] of again.entries()) taken.push(await photograph(photo, nothingBetween, i));
    assert.ok(rate('photos, by the camera of the fakes', await measure(taken)) >= 0.7);
  });

  for (const kind of ['screen', 'print'] as const) {
    it(`refuses most photos of a ${kind}`, async () => {
      const fakes: Buffer[] = [];
      for (const [i, photo] of again.entries()) fakes.push(await spoof(kind, photo, i));
      assert.ok(rate(`photos of a ${kind}`, await measure(fakes)) <= 0.1);
    });
  }

  it('is told apart by the pattern where the network is taken in', async () => {
    const photo = portrait('franck_02045');
    const { data, info } = await sharp(photo).raw().toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    const lines = Buffer.from(
      data.map((value, i) => (Math.floor(i / width / channels) % 3 ? value : value * 0.82)),
    );
    const lined = await sharp(lines, { raw: { width, height, channels } }).jpeg().toBuffer();
    const [plain = 0, striped = 100] = await measure([photo, lined]);
    assert.ok(plain >= CONFIDENCE && striped < 20, `${plain} and ${striped}`);
  });
});
