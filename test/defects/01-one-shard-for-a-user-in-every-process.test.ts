import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseShard } from '../../domain/shards.js';

const program = `
  import { chooseShard } from ${JSON.stringify(join(import.meta.dirname, '../../domain/shards.ts'))};
  const { shards, users } = JSON.parse(process.argv[1]);
  process.stdout.write(JSON.stringify(users.map((user) => chooseShard(shards, user).id)));
`;

/**
 * AWS's sample takes Python's hash of the user id for the shard, which is another one in every process: whom one Lambda
 * container registered, the next one looks for elsewhere.
 */
describe('Defect 1 of the samples, a shard by a hash that each process makes anew', function () {
  this.timeout(60_000);

  it('gives every user the same shard in one process, in another and in a third', async () => {
    const shards = ['s0', 's1', 's2', 's3'].map((id) => ({ id, status: 'active' as const }));
    const users = Array.from({ length: 200 }, (_, i) => `user-${i}`);
    const own = users.map((user) => chooseShard(shards, user).id);
    const elsewhere = async (): Promise<string[]> => {
      const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...args,
        JSON.stringify({ shards, users }),
      ]);
      return JSON.parse(stdout);
    };
    assert.deepEqual(await Promise.all([elsewhere(), elsewhere()]), [own, own]);
    assert.equal(new Set(own).size, shards.length, 'all shards are used');
  });
});
