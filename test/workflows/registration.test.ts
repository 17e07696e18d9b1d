import assert from 'node:assert/strict';
import type { PhotoInput, Photos } from '../../domain/image-ref.js';
import { type ReasonCode, reasonOf, reasons } from '../../domain/reasons.js';
import { submitUpdate } from '../../workflows/messages.js';
import { missed } from '../support/fake-activities.js';
import { eventsOf, eventTypes } from '../support/histories.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith, spentIn } from '../support/session-fixtures.js';
import type { SessionRunner, TestSession } from '../support/session-runner.js';

const DAY = 86_400_000;
const both = { selfie: photoRef('selfie'), reference: photoRef('reference') };

describe('registration', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('checks, indexes, searches again and commits last of all', async () => {
    const session = await sessions.begin('registration');
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.deepEqual(state.face, { faceId: 'face', collection: 'collection', faceModelVersion: '7.0' });
    assert.deepEqual(
      state.checks.map(({ check, outcome }) => [check, outcome]),
      [
        ['quality', 'passed'],
        ['duplicate', 'passed'],
      ],
    );
    assert.deepEqual(session.called(), [
      'openSession',
      'checkQuality',
      'reserveUser',
      'searchDuplicates',
      'placeFace',
      'indexFace',
      'searchRivals',
      'searchRivals',
      'promotePhoto',
      'commitFace',
      'saveSession',
      'recheckDuplicate',
    ]);
    assert.deepEqual(session.world.left, { user: true, row: 'active', face: true, photo: true });
  });

  it('discards the photos it was handed once it has ended', async () => {
    const session = await sessions.begin('registration', { input: { photos: both } });
    await session.handle.result();
    const [saving] = session.requests('saveSession');
    assert.deepEqual(spentIn(saving), Object.values(both));
  });

  it('waits a day for a selfie, and expires', async () => {
    const session = await sessions.begin('registration', { input: { photos: {} } });
    assert.deepEqual((await session.state()).missingInputs, ['selfie']);
    const before = Date.now();
    const state = await session.handle.result();
    assert.ok(Date.now() - before < 5_000);
    assert.equal(state.status, 'expired');
    assert.ok(state.updatedAt - state.createdAt >= DAY, `after ${state.updatedAt - state.createdAt} ms`);
    assert.deepEqual(state.missingInputs, []);
    assert.deepEqual(session.called(), ['openSession', 'saveSession']);
  });

  it('does not expire later because of an attempt in between', async () => {
    const session = await sessions.begin('registration', {
      overrides: { checkQuality: async () => missed('quality', 'selfie_blurry') },
    });
    await session.rests('requires_input');
    const state = await session.handle.result();
    assert.equal(state.status, 'expired');
    assert.ok(state.updatedAt - state.expiresAt < 60_000);
    assert.deepEqual(state.reasons, ['selfie_blurry']);
  });

  it('sets a timer only while it waits', async () => {
    const busy = await sessions.begin('registration');
    await busy.handle.result();
    const waiting = await sessions.begin('registration', { input: { photos: {} } });
    await waiting.handle.result();
    const timers = async (session: TestSession) =>
      eventTypes(await eventsOf(session.handle)).filter((type) => type === 'TIMER_STARTED').length;
    assert.equal(await timers(busy), 1, 'the minute before the last look');
    assert.equal(await timers(waiting), 1, 'the deadline of the selfie');
  });

  const retryable = (Object.keys(reasons) as ReasonCode[]).filter((code) =>
    ['selfie', 'reference'].includes(reasonOf(code).input ?? ''),
  );
  for (const code of retryable) {
    const { input = 'selfie', check } = reasonOf(code);
    it(`${code} asks for another ${input}, and a good one verifies`, async () => {
      const comparing = check === 'face_match' || input === 'reference';
      const session = await sessions.begin('registration', {
        input: { photos: comparing ? both : { selfie: both.selfie } },
        overrides: comparing
          ? { comparePhotos: async (_, happy, nth) => (nth === 1 ? missed('face_match', code) : happy()) }
          : { checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', code) : happy()) },
      });
      const first = await session.rests('requires_input');
      assert.deepEqual(first.missingInputs, [input]);
      assert.deepEqual(first.reasons, [code]);
      assert.deepEqual(first.attempts, { used: 1, max: 3 });
      assert.deepEqual(session.world.left, { user: false, face: false, photo: false });

      const photos: Photos = { [input]: photoRef(input as PhotoInput, 'second') };
      const second = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
      assert.equal(second.status, 'verified');
      assert.deepEqual(second.reasons, []);
      assert.deepEqual(second.attempts, { used: 2, max: 3 });
      await session.handle.result();
    });
  }

  it('ends when the attempts are used up, and says why', async () => {
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { attempts: 2 } }) },
      overrides: { checkQuality: async () => missed('quality', 'selfie_pose') },
    });
    await session.rests('requires_input');
    const photos = { selfie: photoRef('selfie', 'second') };
    const state = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    assert.equal(state.status, 'rejected');
    assert.deepEqual(state.reasons, ['attempts_exceeded', 'selfie_pose']);
    assert.deepEqual(state.attempts, { used: 2, max: 2 });
    await session.handle.result();
  });

  it('compares a reference that was handed in, though the policy does not insist', async () => {
    const session = await sessions.begin('registration', { input: { photos: both } });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      state.checks.map(({ check }) => check),
      ['quality', 'face_match', 'duplicate'],
    );
  });

  it('waits for a reference where the policy insists', async () => {
    const { inputs } = policyWith().flows.registration;
    const policy = policyWith({
      registration: {
        checks: ['quality', 'face_match', 'duplicate'],
        inputs: { ...inputs, reference: 'required' },
      },
    });
    const session = await sessions.begin('registration', { input: { policy } });
    assert.deepEqual((await session.state()).missingInputs, ['reference']);
    const photos = { reference: both.reference };
    const state = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
    assert.equal(state.status, 'verified');
    await session.handle.result();
  });

  it('lets no face count for a moment where a check is not there', async () => {
    const session = await sessions.begin('registration', {
      input: { policy: policyWith({ registration: { checks: ['quality', 'document', 'duplicate'] } }) },
    });
    assert.equal((await session.rests('needs_review')).status, 'needs_review');
    assert.ok(!session.called().includes('placeFace'));
    await session.handle.cancel();
    await session.handle.result();
  });

  it('says nothing of a comparison with an unusable selfie', async () => {
    const session = await sessions.begin('registration', {
      input: { photos: both },
      overrides: {
        checkQuality: async () => missed('quality', 'selfie_no_face'),
        comparePhotos: async () => missed('face_match', 'face_mismatch'),
      },
    });
    const state = await session.rests('requires_input');
    assert.deepEqual(state.reasons, ['selfie_no_face']);
    await session.handle.result();
  });

  it('asks for everything that is wrong at once', async () => {
    const session = await sessions.begin('registration', {
      input: { photos: both },
      overrides: {
        comparePhotos: async () => missed('face_match', 'reference_unreadable', 'face_mismatch'),
      },
    });
    const state = await session.rests('requires_input');
    assert.deepEqual(state.missingInputs, ['selfie', 'reference']);
    const half = { selfie: photoRef('selfie', 'second') };
    const waiting = await session.handle.executeUpdate(submitUpdate, { args: [{ photos: half }] });
    assert.equal(waiting.status, 'requires_input');
    assert.deepEqual(waiting.missingInputs, ['reference']);
    await session.handle.result();
  });

  it('looks once more a minute later, and flags what it finds', async () => {
    const session = await sessions.begin('registration', {
      overrides: { recheckDuplicate: async () => missed('duplicate', 'duplicate_face') },
    });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.equal(state.flagged, 'duplicate_face');
    const [answered, flagged] = session.world.saved;
    assert.equal(answered?.flagged, undefined);
    assert.equal(flagged?.flagged, 'duplicate_face');
    assert.ok(Number(flagged?.updatedAt) - Number(answered?.updatedAt) >= 60_000);
  });
});
