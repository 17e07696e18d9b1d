import assert from 'node:assert/strict';
import proto from '@temporalio/proto';
import type { Answer } from '../../api/flows/answer.js';
import { createFlows, type Flows } from '../../api/flows.js';
import { cancelUpdate, resumeUpdate, submitUpdate } from '../../workflows/messages.js';
import { billableActions } from '../support/billable-actions.js';
import { missed } from '../support/fake-activities.js';
import { eventsOf, eventTypes, type HistoryEvent } from '../support/histories.js';
import { devSessions } from '../support/session-environments.js';
import { BUCKET, photoRef, SUBJECT, TESTER } from '../support/session-fixtures.js';
import type { Beginning, Flow, SessionRunner } from '../support/session-runner.js';
import { operatorMustAct } from '../support/stop-at.js';

const { History } = proto.temporal.api.history.v1;
const MARKER = 'what-nobody-may-read';
const IN_TIME_MS = 10_000;

describe('a session on a Temporal server', () => {
  let sessions: SessionRunner;
  let flows: Flows;
  before(async function () {
    sessions = await devSessions(this);
    flows = createFlows(sessions.client);
  });

  /** Begins as the API does. */
  const ask = async (flow: Flow, beginning?: Beginning) => {
    const session = sessions.prepare(flow, beginning);
    return { session, answer: await flows.begin(flow, session.input, IN_TIME_MS) };
  };
  const statusOf = (answer: Answer) => ('state' in answer ? answer.state.status : answer);

  for (const flow of ['registration', 'authentication'] as const) {
    it(`answers ${flow} in the request that starts it, and a repeat of that with the same`, async () => {
      const { session, answer } = await ask(flow);
      assert.equal(statusOf(answer), 'verified');
      const again = await flows.begin(flow, session.input, IN_TIME_MS);
      if (flow === 'registration') assert.deepEqual(again, answer);
      else assert.ok('gone' in again || statusOf(again) === 'verified');
      assert.equal(session.requests('openSession').length, 1);
    });
  }

  it('refuses the same key with another body', async () => {
    const { session } = await ask('registration');
    const other = { ...session.input, fingerprint: 'another' };
    assert.deepEqual(await flows.begin('registration', other, IN_TIME_MS), { keyReused: true });
  });

  it('can be found by its search attributes', async () => {
    const { session } = await ask('registration', {
      overrides: { checkQuality: async () => missed('quality', 'selfie_blurry') },
    });
    const { typedSearchAttributes } = await session.handle.describe();
    const values = Object.fromEntries(
      typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
    );
    assert.deepEqual(
      [values.Flow, values.Status, values.Reason, values.Check, values.Account, values.Mode],
      ['registration', 'requires_input', 'selfie_blurry', 'quality', 'acme', 'test'],
    );
    await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
  });

  it('leaves nothing readable of inputs, results, failures, details and defects', async () => {
    const { session } = await ask('registration', {
      input: { photos: { selfie: photoRef('selfie'), reference: photoRef('reference') } },
      overrides: {
        checkQuality: async (_, happy, nth) => {
          if (nth === 1) return undefined as never; // a defect: the workflow task fails
          return nth === 2 ? missed('quality', 'selfie_blurry') : happy();
        },
        placeFace: async (_, happy, nth) => {
          if (nth === 1) throw Object.assign(operatorMustAct(MARKER, [MARKER]), { stack: MARKER }); // a local activity
          return happy();
        },
        promotePhoto: async (_, happy, nth) => {
          // A local activity that gives up, and the regular one that goes on.
          if (nth <= 3) throw Object.assign(new Error(MARKER), { stack: MARKER });
          return happy();
        },
        indexFace: async (_, happy, nth) => {
          if (nth === 1) throw Object.assign(new Error(MARKER), { stack: MARKER });
          if (nth === 2) throw operatorMustAct(MARKER, [{ note: MARKER }]);
          return happy();
        },
      },
    });
    const photos = { selfie: photoRef('selfie', 'second') };
    const blocked = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    assert.equal(blocked.status, 'blocked');
    await session.rests('blocked');
    assert.equal((await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] })).status, 'blocked');
    await session.rests('blocked');
    assert.equal((await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] })).status, 'verified');

    const events = await untilTimer(() => eventsOf(session.handle));
    const types = eventTypes(events);
    for (const type of ['WORKFLOW_TASK_FAILED', 'ACTIVITY_TASK_FAILED', 'MARKER_RECORDED', 'TIMER_STARTED'])
      assert.ok(types.includes(type), type);
    assert.ok(readable(events).includes(session.input.sessionId), 'what is readable is found');
    const { faceKey } = session.input;
    const secrets = [MARKER, SUBJECT, BUCKET, 'sha-of', 'incoming/', faceKey, 'similarity', 'attempts'];
    for (const secret of [...secrets, 'TypeError', 'Cannot read', 'last look', 'workflows/'])
      assert.ok(!readable(events).includes(secret), secret);
    // Reasons are search attributes, for operators; nowhere else.
    const others = events.filter((event) => !event.upsertWorkflowSearchAttributesEventAttributes);
    for (const code of ['selfie_blurry', 'operator_must_act']) {
      assert.ok(!readable(others).includes(code), code);
    }
  });

  it('costs a login at most 4 actions', async () => {
    for (const input of [{}, { subject: undefined as never }]) {
      const { session, answer } = await ask('authentication', { input });
      assert.equal(statusOf(answer), 'verified');
      await session.handle.result();
      const events = await eventsOf(session.handle);
      const actions = billableActions(events);
      assert.ok(actions <= 4, `${actions} actions`);
      assert.ok(events.length <= 20, `${events.length} events`);
    }
  });

  it('costs a registration at most 14 actions', async () => {
    const { session, answer } = await ask('registration');
    assert.equal(statusOf(answer), 'verified');
    await session.rests('verified');
    const events = await untilTimer(() => eventsOf(session.handle));
    // The last look a minute later is one activity more, of at most three workflow tasks.
    const actions = billableActions(events) + 1;
    assert.ok(actions <= 14, `${actions} actions`);
    assert.ok(events.length + 8 <= 50, `${events.length} events`);
  });
});

/** Everything that Temporal stores, as bytes. */
function readable(events: HistoryEvent[]): Buffer {
  return Buffer.from(History.encode({ events }).finish());
}

/** Until the workflow has set the timer that it sets last: a minute before its last look. */
async function untilTimer(read: () => Promise<HistoryEvent[]>): Promise<HistoryEvent[]> {
  for (;;) {
    const events = await read();
    if (eventTypes(events).at(-1) === 'TIMER_STARTED') return events;
  }
}
