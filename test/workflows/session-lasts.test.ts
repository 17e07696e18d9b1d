import assert from 'node:assert/strict';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { failures } from '../../workflows/failures.js';
import { cancelUpdate, submitUpdate } from '../../workflows/messages.js';
import { missed } from '../support/fake-activities.js';
import { eventsOf, type HistoryEvent, upserted } from '../support/histories.js';
import { assertUndone } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, spentIn, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { blockedOnce, refusal, second } from '../support/session-troubles.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';

describe('a verification session that meets repeats, defects and outages', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('gives a repeated update the same answer, and judges once', async () => {
    const session = await sessions.begin('registration', {
      overrides: { checkQuality: async () => missed('quality', 'selfie_blurry') },
    });
    await session.rests('requires_input');
    const submit = () => session.handle.executeUpdate(submitUpdate, { updateId: 'once', args: [second] });
    const [first, again] = [await submit(), await submit()];
    assert.deepEqual(again, first);
    assert.deepEqual(first.attempts, { used: 2, max: 3 });
    assert.equal(session.requests('checkQuality').length, 2);
    await session.handle.result();
  });

  it('gives the same photos again the same answer, at the cost of no attempt', async () => {
    const session = await sessions.begin('registration', {
      input: { photos: { selfie: photoRef('selfie'), reference: photoRef('reference') } },
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
      },
    });
    const { reasons, checks } = await session.rests('requires_input');
    // An upload of its own, so under another key; the reference is still there.
    const again = { ...photoRef('selfie'), key: 'incoming/again' };
    for (const photos of [{ selfie: again }, { selfie: again, reference: photoRef('reference') }]) {
      const state = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
      assert.deepEqual([state.status, state.reasons, state.checks], ['requires_input', reasons, checks]);
      assert.deepEqual(state.attempts, { used: 1, max: 3 });
      assert.deepEqual(state.missingInputs, ['selfie']);
    }
    assert.equal(session.requests('checkQuality').length, 1);
    const state = await session.handle.executeUpdate(submitUpdate, { args: [second] });
    assert.equal(state.status, 'verified');
    assert.deepEqual(state.attempts, { used: 2, max: 3 });
    await session.handle.result();
    const discarded = session.requests('saveSession').map((saving) => spentIn(saving).map(({ key }) => key));
    assert.ok(discarded.at(-1)?.includes(again.key), 'the repeated upload is removed');
    // The reference is in use until the end.
    assert.deepEqual(
      discarded.map((keys) => keys.includes(photoRef('reference').key)),
      [false, true],
    );
  });

  it('judges the same photos again after an outage: nothing was said of them', async () => {
    const session = await sessions.begin('authentication', {
      overrides: {
        checkQuality: async (_, happy, nth) => (nth <= 2 ? Promise.reject(throttled()) : happy()),
      },
    });
    const { reasons } = await session.rests('requires_input');
    assert.deepEqual(reasons, ['temporarily_unavailable']);
    const photos = { selfie: photoRef('selfie') };
    const state = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    assert.equal(state.status, 'verified');
    await session.handle.result();
  });

  it('takes a hundred submissions, and then only a cancel', async () => {
    const session = await sessions.begin('registration', { input: { photos: {} } });
    const submit = (nth: number) =>
      session.handle.executeUpdate(submitUpdate, {
        args: [{ photos: { reference: photoRef('reference', `${nth}`) } }],
      });
    for (let nth = 1; nth <= 100; nth++) assert.equal((await submit(nth)).status, 'requires_input');
    const failure = await refusal(submit(101));
    assert.equal(failure.type, failures.wrongStatus);
    assert.deepEqual(failure.details, [{ status: 'requires_input', allowed: ['cancel'] }]);
    assert.equal((await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] })).status, 'canceled');
    await session.handle.result();
    const [saving] = session.requests('saveSession');
    assert.equal(spentIn(saving).length, 100, 'every photo is removed');
  });

  it('takes part of the photos, and replaces one that is handed in again', async () => {
    const session = await sessions.begin('registration', { input: { photos: {} } });
    const photos = { reference: photoRef('reference') };
    const state = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    assert.deepEqual([state.status, state.missingInputs], ['requires_input', ['selfie']]);
    const better = { ...second.photos, reference: photoRef('reference', 'second') };
    await session.handle.executeUpdate(submitUpdate, { args: [{ photos: better }] });
    assert.deepEqual(session.requests('comparePhotos')[0]?.reference, better.reference);
    await session.handle.result();
    const discarded = session.requests('saveSession').flatMap(spentIn);
    assert.deepEqual(
      discarded.map(({ key }) => key).sort(),
      [better.reference.key, photos.reference.key, better.selfie.key].sort(),
    );
  });

  it('goes on after a defect of ours, once that is mended', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? (undefined as never) : happy()),
      },
    });
    assert.equal((await session.handle.result()).status, 'verified');
  });

  it('writes its first row however long that takes', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        openSession: async (_, happy, nth) => {
          if (nth < 6) throw throttled();
          return happy();
        },
      },
    });
    assert.equal((await session.handle.result()).status, 'verified');
    assert.equal(session.requests('openSession').length, 6);
  });

  it('writes its last row and takes its last look, though an operator must act first', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        saveSession: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
        recheckDuplicate: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    });
    assert.equal((await session.handle.result()).status, 'verified');
    assert.equal(session.world.saved.length, 1);
    assert.equal(session.requests('recheckDuplicate').length, 2);
    // Operators are told, and it is taken back once it is mended.
    assert.deepEqual(reasonsTold(await eventsOf(session.handle)), [
      null, // verified
      ...['operator_must_act', null], // the row
      ...['operator_must_act', null], // the last look
    ]);
  });

  it('writes its first row though an operator must act first, and takes that reason back', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        openSession: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    });
    assert.equal((await session.handle.result()).status, 'verified');
    assert.equal(session.requests('openSession').length, 2);
    const told = reasonsTold(await eventsOf(session.handle));
    assert.deepEqual(told, ['operator_must_act', null, null]);
  });

  it('has its own reason again once an operator has mended what saving needed', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        searchDuplicates: async () => missed('duplicate', 'duplicate_face'),
        saveSession: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    });
    assert.equal((await session.handle.result()).status, 'rejected');
    const told = reasonsTold(await eventsOf(session.handle));
    assert.deepEqual(told, ['duplicate_face', 'operator_must_act', 'duplicate_face']);
  });

  it('can still be found as blocked though its undo needed an operator too', async () => {
    const session = await sessions.begin('registration', {
      overrides: {
        ...blockedOnce,
        removeFace: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
      },
    });
    await session.rests('blocked');
    await sessions.pass('2 minutes');
    await assertUndone(session, ['withdrawFace', 'removeFace', 'removeFace', 'releaseUser']);
    const told = reasonsTold(await eventsOf(session.handle));
    assert.equal(told.at(-1), 'operator_must_act');
    assert.equal(session.world.saved.at(-1)?.status, 'blocked');
    await session.handle.executeUpdate(cancelUpdate, { args: [TESTER] });
    await session.handle.result();
  });

  for (const flow of ['registration', 'authentication'] as const) {
    it(`fails ${flow} where the id was used before: the row belongs to another run`, async () => {
      const session = await sessions.begin(flow, {
        overrides: { openSession: async () => ({ opened: false }) },
      });
      const failure = await failureOf(session.handle);
      assert.equal(failure.type, failures.sessionExists);
      assert.deepEqual(session.requests('saveSession'), []);
      if (flow === 'registration') assert.deepEqual(session.called(), ['openSession']);
    });
  }
});

/** What operators were told as the reason, whenever it was told. */
function reasonsTold(events: readonly HistoryEvent[]): unknown[] {
  return upserted(events).flatMap((attributes) => ('Reason' in attributes ? [attributes.Reason] : []));
}

async function failureOf(handle: WorkflowHandle): Promise<ApplicationFailure> {
  const error = await handle.result().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof WorkflowFailedError, String(error));
  assert.ok(error.cause instanceof ApplicationFailure);
  return error.cause;
}
