import assert from 'node:assert/strict';
import { listSessions } from '../../../../activities/aws/dynamodb/list-sessions.js';
import type { SessionFilter } from '../../../../activities/ports.js';
import type { SessionState, Tenant } from '../../../../domain/session.js';
import { between } from '../../support/between.js';
import { type OnTwin, onTwin } from '../../support/on-twin.js';
import { sessionState } from '../../support/rows.js';

const START = 1_700_000_000_000;

/** Times in fives: many sessions of one millisecond. */
const states: SessionState[] = Array.from({ length: 60 }, (_, i) =>
  sessionState(`vs_${String(i * 7919).padStart(6, '0')}`, {
    createdAt: START + Math.floor(i / 5),
    flow: i % 3 === 0 ? 'authentication' : 'registration',
    status: i % 2 === 0 ? 'verified' : 'rejected',
    ...(i % 4 === 0 ? { subject: 'somebody' } : {}),
  }),
);

const newestFirst = (list: readonly SessionState[]) =>
  [...list]
    .sort((a, b) => b.createdAt - a.createdAt || (a.sessionId < b.sessionId ? 1 : -1))
    .map(({ sessionId }) => sessionId);

describe('the list of sessions', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
    tenant = await aws.tenant();
    const { sessions } = aws.ports;
    await Promise.all(
      states.map(async (state) => {
        await sessions.create(tenant, state.sessionId, 'print', { clientReferenceId: state.sessionId });
        await sessions.open(tenant, state, 'print', 'run');
      }),
    );
    await sessions.create(tenant, 'vs_unopened', 'print', {});
  });

  const page = (filter: SessionFilter, limit: number, cursor?: string) =>
    aws.ports.sessions.list(tenant, filter, { limit, ...(cursor ? { cursor } : {}) });

  async function pages(filter: SessionFilter, limit: number): Promise<string[]> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { rows, nextCursor } = await page(filter, limit, cursor);
      assert.ok(rows.length <= limit);
      for (const { state, details } of rows) {
        assert.equal(details.clientReferenceId, state?.sessionId);
        found.push(state?.sessionId ?? '');
      }
      cursor = nextCursor;
    } while (cursor);
    return found;
  }

  for (const limit of [1, 7, 60, 100]) {
    it(`has every session that has begun once, newest first, ${limit} to a page`, async () => {
      assert.deepEqual(await pages({}, limit), newestFirst(states));
    });
  }

  const filters: [string, SessionFilter, (state: SessionState) => boolean][] = [
    ['flow', { flow: 'authentication' }, ({ flow }) => flow === 'authentication'],
    ['status', { status: 'verified' }, ({ status }) => status === 'verified'],
    ['user', { subject: 'somebody' }, ({ subject }) => subject === 'somebody'],
    ['time', { createdAfter: START + 6 }, ({ createdAt }) => createdAt >= START + 6],
    [
      'everything at once',
      { flow: 'registration', status: 'verified', subject: 'somebody', createdAfter: START + 3 },
      (state) =>
        state.flow === 'registration' &&
        state.status === 'verified' &&
        state.subject === 'somebody' &&
        state.createdAt >= START + 3,
    ],
  ];
  for (const [name, filter, fits] of filters) {
    it(`can be narrowed by ${name}`, async () => {
      assert.deepEqual(await pages(filter, 4), newestFirst(states.filter(fits)));
    });
  }

  it('has nothing for another mode, an unknown user, or a cursor before the time asked for', async () => {
    const { sessions } = aws.ports;
    assert.deepEqual(await sessions.list({ ...tenant, mode: 'live' }, {}, { limit: 5 }), { rows: [] });
    assert.deepEqual(await page({ subject: 'nobody' }, 5), { rows: [] });
    assert.deepEqual(await page({ createdAfter: START + 5 }, 5, `${START}#vs_x`), { rows: [] });
  });

  const sparse: [SessionFilter, limit: number][] = [
    [{ status: 'expired' }, 1],
    [{ flow: 'authentication', status: 'verified' }, 3],
    [{}, 7],
  ];
  for (const [filter, limit] of sparse) {
    it(`reads only so much at a time and skips nothing, narrowed by ${Object.values(filter).join(' and ') || 'nothing'}`, async () => {
      const many = await aws.tenant();
      const all = Array.from({ length: 120 }, (_, i) => {
        const changes = { sessionId: `vs_${i}`, createdAt: START + (i >> 2) };
        return { ...(states[i % 60] as SessionState), ...changes };
      });
      await Promise.all(all.map((state) => aws.ports.sessions.open(many, state, 'print', 'run')));
      let queries = 0;
      const client = between(aws.clients.dynamodb, (input, send) => {
        queries++;
        input.Limit = 1; // pages of one session
        return send();
      });
      const found: string[] = [];
      let cursor: string | undefined;
      let requests = 0;
      do {
        queries = 0;
        requests++;
        const page = { limit, ...(cursor ? { cursor } : {}) };
        const { items, nextCursor } = await listSessions(client, aws.settings.IDV_TABLE, many, filter, page);
        assert.ok(queries <= 80 && items.length <= limit);
        found.push(...items.map((item) => (item.state as SessionState).sessionId));
        cursor = nextCursor;
      } while (cursor);
      const { flow, status } = filter;
      const fits = all.filter(
        (state) => (!flow || state.flow === flow) && (!status || state.status === status),
      );
      assert.deepEqual(found, newestFirst(fits));
      assert.ok(requests > 1);
    });
  }

  it('goes on after its cursor while sessions are added', async () => {
    const { nextCursor } = await page({ subject: 'grows' }, 2);
    assert.equal(nextCursor, undefined);
    const add = async (name: string, createdAt: number) => {
      const state = sessionState(name, { createdAt, subject: 'grows' });
      await aws.ports.sessions.create(tenant, name, 'print', {});
      await aws.ports.sessions.open(tenant, state, 'print', 'run');
    };
    for (const [at, name] of ['vs_a', 'vs_b', 'vs_c', 'vs_d'].entries()) await add(name, START - 90 + at);
    const first = await page({ subject: 'grows' }, 2);
    await add('vs_e', START - 80);
    const second = await page({ subject: 'grows' }, 2, first.nextCursor);
    const names = [...first.rows, ...second.rows].map(({ state }) => state?.sessionId);
    assert.deepEqual(names, ['vs_d', 'vs_c', 'vs_b', 'vs_a']);
    assert.equal(second.nextCursor, undefined);
  });
});
