import assert from 'node:assert/strict';
import { onTwin } from '../support/on-twin.js';
import { picture } from '../support/pictures.js';
import { chunkWorld } from './chunk-world.js';

describe('a photo that replaces others', () => {
  it('is the newest, though the worker that put them there has a clock that is ahead', async () => {
    const aws = await onTwin();
    const world = await chunkWorld(aws, { 'u/a.jpg': picture('anna') });
    const { commit } = aws.ports.batchUsers;
    const batchUsers = {
      ...aws.ports.batchUsers,
      commit: (...[tenant, face]: Parameters<typeof commit>) =>
        commit(tenant, { ...face, rank: { ...face.rank, startedAt: Date.now() + 60_000 } }),
    };
    await world.index('bj_a', {}, {}, { ...aws.ports, batchUsers });
    const image = { bucket: world.bucket, key: `${world.prefix}u/b.jpg` };
    await aws.ports.photos.put(image, picture('anna'), 'image/jpeg');
    await world.index('bj_b', { spec: world.spec({ onExisting: 'replace' }) });
    const active = (await world.user('u'))?.faces.filter(({ state }) => state === 'active');
    assert.deepEqual(
      active?.map((face) => face.image.key),
      [image.key],
    );
    assert.equal((await world.faces()).length, 1);
  });
});
