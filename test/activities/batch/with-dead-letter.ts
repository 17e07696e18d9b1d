import assert from 'node:assert/strict';
import { type OnTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld, watched } from './chunk-world.js';

/** Eight users of a photo each, indexed by the job `bj_a` but for the first one, which failed while others succeeded. */
export async function withDeadLetter(aws: OnTwin, name: string) {
  const photos = Object.fromEntries(
    Array.from({ length: 8 }, (_, i) => [`u${i}/a.jpg`, picture(`${name}${i}`)]),
  );
  const world = await chunkWorld(aws, photos);
  refuse(aws, 'rekognition', 'IndexFaces', 'InternalServerError', '/u0/');
  const slow = watched(aws.ports, async (called, call) => {
    if (called === 'faces.indexPhoto') await new Promise((go) => setTimeout(go, 40));
    return call();
  });
  const first = await world.index('bj_a', { concurrency: 2 }, {}, slow);
  assert.deepEqual(first.counts, { indexed: 7, 'dead_letter/unavailable': 1 });
  undisturbed(aws);
  return { world, first };
}
