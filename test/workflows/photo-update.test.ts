import assert from 'node:assert/strict';
import type { StoredImage } from '../../domain/image-ref.js';
import type { ReasonCode } from '../../domain/reasons.js';
import { resumeUpdate, reviewUpdate, submitUpdate } from '../../workflows/messages.js';
import { asksAbout, missed, OLDER, type Overrides } from '../support/fake-activities.js';
import { assertNothingLeft, undone } from '../support/registration-steps.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith, SUBJECT, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';

const both = { selfie: photoRef('selfie'), reference: photoRef('reference') };
const VERIFIED = { user: true, row: 'active', face: true, photo: true, older: 'replaced' };

describe('photo update', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const begin = (overrides: Overrides = {}, input = {}) =>
    sessions.begin('photo_update', { overrides, input });

  it('finds the user, makes the new face count, and only then lets the old one go', async () => {
    const session = await begin();
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.equal(state.flow, 'photo_update');
    assert.deepEqual(state.face, { faceId: 'face', collection: 'collection', faceModelVersion: '7.0' });
    assert.deepEqual(
      state.checks.map(({ check, outcome }) => [check, outcome]),
      [
        ['quality', 'passed'],
        ['user_match', 'passed'],
        ['duplicate', 'passed'],
      ],
    );
    assert.deepEqual(session.called(), [
      'openSession',
      'holdUser',
      'checkQuality',
      'countAttempt',
      'searchDuplicates',
      'searchOwnShard',
      'placeFace',
      'indexFace',
      'searchRivals',
      'searchRivals',
      'promotePhoto',
      'commitFace',
      'replaceFaces',
      'saveSession',
      'recheckDuplicate',
    ]);
    assert.deepEqual(session.world.left, VERIFIED);
    const { tenant } = session.input;
    assert.deepEqual(session.requests('replaceFaces'), [
      { tenant, subject: SUBJECT, older: [OLDER], face: state.face, bucket: both.selfie.bucket },
    ]);
  });

  it('takes a reference for the new photo, which has to show the user as the selfie has', async () => {
    const session = await begin({}, { photos: both });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      state.checks.map(({ check }) => check),
      ['quality', 'user_match', 'face_match', 'duplicate'],
    );
    const images = (name: 'searchOwnShard' | 'searchDuplicates' | 'indexFace' | 'searchRivals') =>
      session.requests(name).map(({ image }) => image);
    assert.deepEqual(images('searchOwnShard'), [both.selfie, both.reference]);
    assert.deepEqual(images('searchDuplicates'), [both.reference]);
    assert.deepEqual(images('indexFace'), [both.reference]);
    assert.deepEqual(images('searchRivals'), [both.reference, both.reference]);
    assert.deepEqual(session.requests('promotePhoto')[0]?.from, both.reference);
  });

  const held: [outcome: 'busy' | 'not_found' | 'erasing', reason: ReasonCode][] = [
    ['busy', 'user_busy'],
    ['not_found', 'user_not_found'],
    ['erasing', 'user_erasing'],
  ];
  for (const [outcome, reason] of held) {
    it(`is rejected as ${reason} where the user cannot be held`, async () => {
      const session = await begin({ holdUser: async () => ({ outcome }) });
      const state = await session.handle.result();
      assert.deepEqual([state.status, state.reasons], ['rejected', [reason]]);
      assert.ok(!session.called().includes('searchOwnShard'));
      assertNothingLeft(session);
    });
  }

  it('is a guess at who somebody is, and counted as logins are', async () => {
    const session = await begin({ countAttempt: async () => ({ locked: true }) });
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.reasons, state.checks.length], ['rejected', ['locked_out'], 1]);
    const { lockout } = policyWith().flows.authentication;
    const { tenant, sessionId } = session.input;
    assert.deepEqual(session.requests('countAttempt'), [
      { tenant, subject: SUBJECT, sessionId, number: 1, lockout },
    ]);
    assertNothingLeft(session);
  });

  const spoilt: [ReasonCode, (isReference: (image: StoredImage) => boolean) => Overrides][] = [
    [
      'reference_low_quality',
      (isReference) => ({
        checkQuality: async ({ image }, happy) =>
          isReference(image) ? missed('quality', 'selfie_sunglasses') : happy(),
      }),
    ],
    [
      'reference_mismatch',
      (isReference) => ({
        searchOwnShard: async ({ image }, happy) =>
          isReference(image) ? { result: missed('user_match', 'face_not_recognised') } : happy(),
      }),
    ],
    [
      'reference_unreadable',
      (isReference) => ({
        indexFace: async ({ image }, happy) =>
          isReference(image) ? { result: missed('quality', 'selfie_unreadable') } : happy(),
      }),
    ],
  ];
  for (const [reason, overrides] of spoilt) {
    it(`asks for another reference for ${reason}, and the user is as before meanwhile`, async () => {
      const session = await begin(
        overrides(({ key }) => key === both.reference.key),
        { photos: both },
      );
      const state = await session.rests('requires_input');
      assert.deepEqual([state.reasons, state.missingInputs], [[reason], ['reference']]);
      assertNothingLeft(session);
      const photos = { reference: photoRef('reference', 'second') };
      const second = await session.handle.executeUpdate(submitUpdate, { args: [{ photos }] });
      assert.equal(second.status, 'verified');
      assert.deepEqual(session.requests('promotePhoto')[0]?.from, photos.reference);
      await session.handle.result();
    });
  }

  it('asks a human about a near-tie where the policy says so, and goes on when that is let pass', async () => {
    const session = await begin({
      searchOwnShard: async ({ subject }) => ({
        result: asksAbout(
          'user_match',
          'ambiguous_match_review',
          { subject, similarity: 98, recognised: true },
          { subject: 'other', similarity: 97.5 },
        ),
      }),
    });
    const state = await session.rests('needs_review');
    assert.deepEqual(state.reasons, ['ambiguous_match_review']);
    assertNothingLeft(session);
    const review = { ...TESTER, decision: 'approve' as const };
    const after = await session.handle.executeUpdate(reviewUpdate, { args: [review] });
    assert.equal(after.status, 'verified');
    await session.handle.result();
  });

  it('does not make a face count where a check that the policy requires was not made', async () => {
    const policy = policyWith({
      photo_update: { checks: ['quality', 'document', 'user_match', 'duplicate'] },
    });
    const session = await begin({}, { policy });
    await session.rests('needs_review');
    assert.ok(!session.called().includes('placeFace'));
    await session.handle.terminate();
  });

  it('is blocked and undone where an operator must act, and goes on once resumed', async () => {
    const session = await begin({
      indexFace: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
    });
    await session.rests('blocked');
    const state = await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
    assert.equal(state.status, 'verified');
    await session.handle.result();
    assert.deepEqual(session.world.left, VERIFIED);
  });

  it('never takes a face back that counts: what follows the commit is tried until it is done', async () => {
    const session = await begin({
      replaceFaces: async (_, happy, nth) => {
        if (nth <= 2) throw operatorMustAct();
        if (nth <= 4) throw throttled();
        return happy();
      },
    });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.deepEqual(undone(session), []);
    assert.deepEqual(session.world.left, VERIFIED);
  });
});
