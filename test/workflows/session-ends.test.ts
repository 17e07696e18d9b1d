import assert from 'node:assert/strict';
import { retainedPhotoKey } from '../../domain/photo-keys.js';
import { answerUpdate, submitUpdate } from '../../workflows/messages.js';
import { missed } from '../support/fake-activities.js';
import { assertNothingLeft } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { second } from '../support/session-troubles.js';

const DAY_S = 86_400;
describe('a session that runs out', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('says which input the person did not get past', async () => {
    const session = await sessions.begin('registration', {
      input: {
        policy: policyWith({
          registration: {
            checks: ['quality', 'face_match', 'duplicate'],
            inputs: {
              selfie: 'required',
              reference: 'required',
              document_front: 'off',
              document_back: 'off',
              liveness: 'off',
            },
          },
        }),
        photos: { selfie: photoRef('selfie') },
      },
    });
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.abandonedAt], ['expired', 'reference']);
  });
});

describe('photos of a session that has ended', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('are removed after as many days as the policy keeps them, each kind by its own', async () => {
    const session = await sessions.begin('registration', {
      input: {
        policy: policyWith({ retention: { selfie: { days: 30 }, reference: { days: 2 } } }),
        photos: { selfie: photoRef('selfie'), reference: photoRef('reference') },
      },
      // A failed attempt's photos are kept as long.
      overrides: {
        checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
      },
    });
    await session.rests('requires_input');
    const ended = await session.handle.executeUpdate(submitUpdate, { args: [second] });
    await session.handle.result();
    const keys = session.requests('discardPhotos').map(({ photos }) => photos.map(({ key }) => key).sort());
    const kept = (key: string) => retainedPhotoKey(key);
    assert.deepEqual(keys, [
      [kept(photoRef('reference').key)],
      [kept(photoRef('selfie').key), kept(second.photos.selfie.key)].sort(),
    ]);
    assert.equal(ended.status, 'verified');
    const { closeTime } = await session.handle.describe();
    const days = ((closeTime?.getTime() ?? 0) - ended.updatedAt) / 1_000 / DAY_S;
    assert.ok(days >= 29.9 && days < 30.1, `${days} days`);
  });

  it('set no timer where none is kept for days', async () => {
    const session = await sessions.begin('authentication', {
      input: { policy: policyWith({ retention: { selfie: 'keep' } }) },
    });
    await session.handle.result();
    assert.deepEqual(session.requests('discardPhotos'), []);
  });
});

describe('an answer ahead of the end', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });
  const policy = policyWith({ registration: { asynchronous: ['duplicate'] } });

  it('is given once only the asynchronous steps are left, and is never called verified', async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const session = await sessions.begin('registration', {
      input: { policy },
      overrides: { searchDuplicates: (_, happy) => held.then(happy) },
    });
    const early = await session.handle.executeUpdate(answerUpdate, {
      args: [{ fingerprint: session.input.fingerprint }],
    });
    assert.equal(early.status, 'processing');
    assert.deepEqual(early.provisional, { outcome: 'verified', pending: ['duplicate'] });
    assert.deepEqual(session.world.saved.at(-1)?.provisional, early.provisional, 'the row says so too');
    letGo();
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.equal(state.provisional, undefined);
  });

  it('does not keep a duplicate from being found', async () => {
    const session = await sessions.begin('registration', {
      input: { policy },
      overrides: { searchDuplicates: async () => missed('duplicate', 'duplicate_face') },
    });
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.reasons], ['rejected', ['duplicate_face']]);
    assertNothingLeft(session);
  });

  it('is not given where a step before it fails', async () => {
    const session = await sessions.begin('registration', {
      input: { policy },
      overrides: { checkQuality: async () => missed('quality', 'selfie_blurry') },
    });
    const state = await session.rests('requires_input');
    assert.equal(state.provisional, undefined);
    assert.ok(session.world.saved.every(({ provisional }) => provisional === undefined));
    await session.handle.result();
  });
});
