import assert from 'node:assert/strict';
import { cancelUpdate } from '../../workflows/messages.js';
import type { Overrides } from '../support/fake-activities.js';
import { assertNothingLeft, beginAndStopAt, steps, titleOf, undone } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';

describe('undo of a registration', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const end = async (session: TestSession) => {
    await session.handle.executeUpdate(cancelUpdate);
    return session.handle.result();
  };


  it('PROBE commit had its effect, then operator', async () => {
    const session = await sessions.begin('registration', { overrides: { commitFace: async (_, happy) => { await happy(); throw operatorMustAct(); } } });
    await sessions.pass('1 minute');
    await session.rests('blocked');
    console.log(session.called().slice(-6));
    assertNothingLeft(session);
  });
  it('PROBE undo needs operator', async () => {
    const session = await sessions.begin('registration', { overrides: { commitFace: async () => ({ committed: false }), removeFace: async () => { throw operatorMustAct(); } } });
    const r = await session.handle.result().catch((e) => e);
    console.log('result:', String(r), String(r.cause), session.called().slice(-5), (await session.handle.describe()).status.name);
    assertNothingLeft(session);
  });
});
