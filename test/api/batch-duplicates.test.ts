import assert from 'node:assert/strict';
import { listDuplicates, listPairs } from '../../api/batch-duplicates.js';
import { type DuplicatePair, pairOf } from '../../domain/batch/pair.js';
import type { Tenant } from '../../domain/session.js';

const tenant: Tenant = { account: 'a', mode: 'test' };

const face = (subject: string) => ({ faceId: subject, collection: 'c', subject, faceKey: 'k' });
const pair = (one: string, other: string, resolved = false): DuplicatePair => ({
  ...pairOf(face(one), face(other), { similarity: 99, at: 0 }),
  ...(resolved ? { resolution: 'keep' as const } : {}),
});

/** Ports over a table with those rows. */
function portsOver(rows: readonly DuplicatePair[]) {
  const batches = {
    async pairs(_: Tenant, __: string, { limit, cursor = '0' }: { limit: number; cursor?: string }) {
      const end = Number(cursor) + limit;
      const pairs = rows.slice(Number(cursor), end);
      return { pairs, ...(end < rows.length ? { nextCursor: String(end) } : {}) };
    },
  };
  return { ports: { batches, users: { read: async () => undefined } } as never };
}

const list = (rows: readonly DuplicatePair[], open: boolean) =>
  listDuplicates(portsOver(rows), tenant, 'bj_1', { limit: 100, open });

describe('a list of duplicates', () => {
  it('comes to the open pairs behind any number that were decided', async () => {
    const decided = Array.from({ length: 51_000 }, (_, at) => pair(`a${at}`, `b${at}`, true));
    const rows = [...decided, pair('y', 'z')];
    const { data, complete } = await list(rows, true);
    assert.deepEqual([data.length, data[0]?.id, complete], [1, 'y', true]);
    assert.equal((await list(rows, false)).complete, false, 'and says so where it cannot');
  });

  it('shows so many pairs of a cluster, the open ones first, and says how many there are', async () => {
    const decided = Array.from({ length: 60 }, (_, at) => pair('a', `b${at}`, true));
    const { data } = await list([...decided, pair('a', 'z')], false);
    const [cluster] = data;
    assert.deepEqual([cluster?.pairs.length, cluster?.pair_count, cluster?.user_count], [50, 61, 62]);
    assert.equal(cluster?.pairs[0]?.second.subject, 'z');
    assert.equal(cluster?.users.length, 51);
  });

  it('has each pair of a large cluster in the list of pairs, once', async () => {
    const rows = Array.from({ length: 61 }, (_, at) => pair('a', `b${String(at).padStart(2, '0')}`, at < 40));
    const seen = async (open: boolean) => {
      const ids: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await listPairs(portsOver(rows), tenant, 'bj_1', { limit: 25, cursor, open });
        ids.push(...page.data.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor);
      return ids;
    };
    assert.deepEqual(
      (await seen(false)).sort(),
      rows.map(({ first, second }) => `${first.subject}:k~${second.subject}:k`).sort(),
    );
    assert.equal((await seen(true)).length, 21);
  });
});
