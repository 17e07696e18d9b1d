import assert from 'node:assert/strict';
import { activityInfo } from '@temporalio/activity';
import type { Activities } from '../../activities/index.js';
import type { Overrides } from '../support/fake-activities.js';
import { eventsOf } from '../support/histories.js';
import { undone } from '../support/registration-steps.js';
import { meets } from '../support/rival.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import type { SessionRunner } from '../support/session-runner.js';
import { throttled } from '../support/stop-at.js';

type Name = keyof Activities;

const OUTAGE_MS = 2 * 3_600_000;

/** What stops with DynamoDB. */
const ROWS: readonly Name[] = [
  'openSession',
  'saveSession',
  'reserveUser',
  'releaseUser',
  'placeFace',
  'withdrawFace',
  'commitFace',
  'readFaces',
  'displaceFace',
];

/** Searches read rows, too. */
const SEARCHES: readonly Name[] = ['searchDuplicates', 'searchRivals', 'recheckDuplicate'];

/** A rival that has lost, so that rows of faces are read. */
const lostRival = () => meets((row) => [row('lost', -1)]);

describe('an outage of two hours during a registration', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const outages: [service: string, activities: readonly Name[], from: Name][] = [
    ['DetectFaces', ['checkQuality'], 'checkQuality'],
    ['DynamoDB', [...ROWS, ...SEARCHES], 'openSession'],
    ['DynamoDB', [...ROWS, ...SEARCHES], 'reserveUser'],
    ['DynamoDB', [...ROWS, ...SEARCHES], 'readFaces'],
    ['DynamoDB', [...ROWS, ...SEARCHES], 'commitFace'],
    ['DynamoDB', [...ROWS, ...SEARCHES], 'saveSession'],
    ['IndexFaces', ['indexFace'], 'indexFace'],
    ['S3', ['promotePhoto'], 'promotePhoto'],
  ];
  for (const [service, activities, from] of outages) {
    it(`of ${service} from ${from} on costs fewer than 100 events, and it ends verified`, async () => {
      const outage = outageOf({ activities, from });
      const session = await sessions.begin('registration', { overrides: outage.overrides });
      const state = await session.handle.result();
      assert.equal(state.status, 'verified');
      assert.deepEqual(state.reasons, []);
      assert.deepEqual(state.attempts, { used: 1, max: 3 });
      assert.ok(outage.lasted() >= OUTAGE_MS, `lasted ${outage.lasted()} ms`);
      assert.ok(outage.failures() > 100, `${outage.failures()} tries met it`);
      assert.deepEqual(undone(session), [], 'nothing was undone meanwhile');
      assert.deepEqual(session.world.left, { user: true, row: 'active', face: true, photo: true });
      const events = await eventsOf(session.handle);
      assert.ok(events.length < 100, `${events.length} events`);
    });
  }

  it('is no time that a rival ahead in line had to decide', async () => {
    let read = 0;
    const given = meets((row) => [row(++read < 5 ? 'tentative' : 'lost', -1)]);
    const { overrides } = outageOf({ activities: ['readFaces'], from: 'readFaces', nth: 2, given });
    const session = await sessions.begin('registration', { overrides });
    assert.equal((await session.handle.result()).status, 'verified');
    assert.equal(read, 5);
  });

  it('is no time that the new face had to appear', async () => {
    let searched = 0;
    const given: Overrides = {
      searchRivals: async ({ only }, happy) => ({
        ...(await happy()),
        seen: only !== undefined && ++searched >= 5,
      }),
    };
    const { overrides } = outageOf({ activities: ['searchRivals'], from: 'searchRivals', nth: 2, given });
    const session = await sessions.begin('registration', { overrides });
    assert.equal((await session.handle.result()).status, 'verified');
    assert.equal(searched, 5);
  });
});

interface Outage {
  overrides: Overrides;
  /** Milliseconds of the server's time. */
  lasted(): number;
  /** Tries that met it. */
  failures(): number;
}

/** These activities fail for two hours of the server's time, from the nth call of one of them on. */
function outageOf({
  activities,
  from,
  nth: fromNth = 1,
  given = lostRival(),
}: {
  activities: readonly Name[];
  from: Name;
  nth?: number;
  given?: Overrides;
}): Outage {
  let down = false;
  let began = 0;
  let now = 0;
  let failed = 0;
  const failing = (name: Name) => (request: never, happy: () => Promise<unknown>, nth: number) => {
    down ||= name === from && nth >= fromNth;
    // A local activity is timed by its worker, which knows nothing of the time that the server skips.
    const { isLocal, currentAttemptScheduledTimestampMs } = activityInfo();
    if (down && !isLocal) {
      now = Math.max(now, currentAttemptScheduledTimestampMs);
      began ||= now;
    }
    if (down && now <= began + OUTAGE_MS) {
      failed += 1;
      return Promise.reject(throttled());
    }
    const usual = given[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
    return usual ? usual(request, happy, nth) : happy();
  };
  const overrides = {
    ...given,
    ...Object.fromEntries(activities.map((name) => [name, failing(name)])),
  } as Overrides;
  return { overrides, lasted: () => now - began, failures: () => failed };
}
