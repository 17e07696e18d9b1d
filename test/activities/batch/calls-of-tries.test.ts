import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { operatorMustAct } from '../../../activities/batch/operator-must-act.js';
import { searchChunk } from '../../../activities/batch/search-chunk.js';
import type { ChunkBeat } from '../../../activities/batch/spent.js';
import { whileBeating } from '../../../activities/batch/while-beating.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { attempt } from '../support/try-of.js';
import { chunkWorld, watched } from './chunk-world.js';

const photos = () => ({
  'u1/a.jpg': picture('anna'),
  'u2/a.jpg': picture('berta'),
  'u3/a.jpg': picture('carla'),
});

describe('what tries of a chunk hand on', () => {
  let aws: OnTwin;
  before(async () => {
    aws = await onTwin();
  });
  afterEach(() => undisturbed(aws));

  it('is their calls and the pace of the lane, by heartbeats: a worker that is killed says nothing else', async () => {
    const world = await chunkWorld(aws, photos());
    const beats: ChunkBeat[] = [];
    let called = 0;
    let hangs = () => {};
    let dies = () => {};
    const hung = new Promise<void>((resolve) => {
      hangs = resolve;
    });
    const dead = new Promise<never>((_, reject) => {
      dies = () => reject(operatorMustAct('dead'));
    });
    // After its second call it comes no further.
    const hanging = watched(aws.ports, async (name, call) => {
      const answer = await call();
      if (name !== 'faces.indexPhoto' || ++called < 2) return answer;
      hangs();
      return dead;
    });
    const heartbeat = (beat: unknown) => void beats.push(beat as ChunkBeat);
    const slow = { concurrency: 1, pace: { rates: {}, next: {}, allowed: 0.5 } };
    const first = world.index('bj_a', slow, { heartbeat }, hanging);
    await hung;
    const last = { done: 1, calls: { IndexFaces: 2 }, throttled: 7, pace: { next: {}, allowed: 0.25 } };
    assert.deepEqual(Object.keys(beats[0] ?? {}), Object.keys(last));

    const next = await world.index('bj_a', {}, { number: 2, last, heartbeat });
    assert.deepEqual(next.counts, { indexed: 3 });
    assert.deepEqual([next.calls.IndexFaces, next.throttled], [4, 7]);
    assert.ok(next.pace.allowed < 0.4, 'the lane is as slow as it had become');
    const told = beats.at(-1);
    assert.deepEqual([told?.done, told?.calls, told?.throttled], [3, next.calls, 7]);
    dies();
    await assert.rejects(first, /A later try/);
  });

  it('is kept with the claim where they brought no result, and counted once', async () => {
    const world = await chunkWorld(aws, photos());
    refuse(aws, 'rekognition', 'IndexFaces', 'ResourceNotFoundException', '/u2/');
    const beats: unknown[] = [];
    const heartbeat = (beat: unknown) => void beats.push(beat);
    await assert.rejects(world.index('bj_a', { concurrency: 1 }, { heartbeat }), { type: 'OperatorMustAct' });
    undisturbed(aws);
    // The heartbeat says the same of those calls. It is another activity that goes on, or a try of the same one.
    const results = await world.index('bj_a', { concurrency: 1 }, { number: 2, last: beats.at(-1) });
    assert.equal(results.calls.IndexFaces, 4, '1 and 2, then 2 and 3');
    assert.deepEqual((await world.index('bj_a', {}, { number: 3 })).calls, {}, 'the result had them');
  });

  it('is kept of a search that was cancelled', async () => {
    const world = await chunkWorld(aws, photos());
    await world.index('bj_a');
    const { policy, pace } = world.request('bj_a');
    const request = {
      tenant: world.tenant,
      jobId: 'bj_a',
      policy,
      chunk: 0,
      everywhere: false,
      pace,
      concurrency: 1,
    };
    const cancelled = attempt();
    const slow = watched(aws.ports, async (name, call) => {
      const answer = await call();
      if (name === 'faces.searchByFace') cancelled.cancel();
      return answer;
    });
    await assert.rejects(cancelled.run(() => searchChunk(slow, request)) as Promise<unknown>);
    const found = (await attempt().run(() => searchChunk(aws.ports, request))) as {
      calls: { SearchFaces?: number };
    };
    assert.ok((found.calls.SearchFaces ?? 0) > 3, 'three photos, and what the first try had called');
  });

  it('comes at once and every few seconds', async () => {
    let beats = 0;
    await whileBeating(
      () => beats++,
      () => delay(5),
    );
    assert.equal(beats, 2);
  });
});
