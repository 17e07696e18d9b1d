import assert from 'node:assert/strict';
import type { Face, FaceEngine } from '../../../local/rekognition/engine/face-engine.js';
import { rememberingEngine } from '../../../local/rekognition/engine/remembering-engine.js';

const wanted = { attributes: [], vectors: 1, filter: 'HIGH' } as const;
const photo = (byte: number) => new Uint8Array([byte]);

describe('rememberingEngine', () => {
  it('analyses a photo once, also when it is asked for several times at once', async () => {
    const { engine, analysed } = counting();
    const remembering = rememberingEngine(engine, 4);
    const answers = await Promise.all([1, 1, 1].map((byte) => remembering.analyse(photo(byte), wanted)));
    assert.equal(new Set(answers).size, 1);
    assert.deepEqual(analysed, [1]);
  });

  it('analyses it again when something else is wanted of it', async () => {
    const { engine, analysed } = counting();
    const remembering = rememberingEngine(engine, 4);
    await remembering.analyse(photo(1), wanted);
    await remembering.analyse(photo(1), { ...wanted, filter: 'NONE' });
    assert.deepEqual(analysed, [1, 1]);
  });

  it('forgets what was not used for longest', async () => {
    const { engine, analysed } = counting();
    const remembering = rememberingEngine(engine, 2);
    for (const byte of [1, 2, 1, 3, 1, 2]) await remembering.analyse(photo(byte), wanted);
    assert.deepEqual(analysed, [1, 2, 3, 2]);
  });

  it('does not remember a failure', async () => {
    let failing = true;
    const remembering = rememberingEngine(
      { analyse: async () => (failing ? Promise.reject(new Error('once')) : []), close: async () => {} },
      2,
    );
    await assert.rejects(remembering.analyse(photo(1), wanted));
    failing = false;
    assert.deepEqual(await remembering.analyse(photo(1), wanted), []);
  });
});

function counting(): { engine: FaceEngine; analysed: number[] } {
  const analysed: number[] = [];
  const engine: FaceEngine = {
    async analyse(image): Promise<Face[]> {
      analysed.push(image[0] ?? -1);
      return [];
    },
    close: async () => {},
  };
  return { engine, analysed };
}
