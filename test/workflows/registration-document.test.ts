import assert from 'node:assert/strict';
import { reviewUpdate } from '../../workflows/messages.js';
import { asksAbout, missed, type Overrides, passed } from '../support/fake-activities.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith, TESTER } from '../support/session-fixtures.js';
import type { SessionRunner } from '../support/session-runner.js';

const inputs = {
  selfie: 'required',
  reference: 'optional',
  document_front: 'optional',
  document_back: 'optional',
  liveness: 'off',
} as const;
const front = photoRef('document_front');
const input = {
  policy: policyWith({ registration: { inputs } }),
  photos: { selfie: photoRef('selfie'), document_front: front },
};

describe('registration with a document', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  it('is checked though the policy does not insist, and its number is taken before the face is indexed', async () => {
    const session = await sessions.begin('registration', { input });
    const state = await session.handle.result();
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      state.checks.map(({ check }) => check),
      ['quality', 'face_match', 'document', 'duplicate'],
    );
    const called = session.called().filter((name) => name !== 'openSession');
    assert.deepEqual(called.slice(0, 8), [
      'checkQuality',
      'comparePhotos',
      'checkDocument',
      'reserveUser',
      'searchDuplicates',
      'searchDuplicates',
      'claimDocument',
      'placeFace',
    ]);
    assert.deepEqual(
      session.requests('searchDuplicates').map(({ image }) => image),
      [input.photos.selfie, front],
    );
    assert.equal(session.world.left.document, true);
  });

  it('says ahead of the end that its number is still to be looked up', async () => {
    const policy = policyWith({ registration: { inputs, asynchronous: ['duplicate'] } });
    const session = await sessions.begin('registration', { input: { ...input, policy } });
    await session.handle.result();
    const provided = session.world.saved.flatMap(({ provisional }) => provisional?.pending ?? []);
    assert.deepEqual(provided, ['duplicate', 'document']);
  });

  it('pays for no text beside a selfie that is no good', async () => {
    const overrides = { checkQuality: async () => missed('quality', 'selfie_blurry' as const) };
    const session = await sessions.begin('registration', { input, overrides });
    await session.rests('requires_input');
    assert.ok(!session.called().includes('checkDocument'));
    await session.handle.cancel();
  });

  it('asks for the document alone where it is the document that is no good', async () => {
    const result = missed('document', 'document_expired');
    const session = await sessions.begin('registration', {
      input,
      overrides: { checkDocument: async () => ({ result }) },
    });
    const state = await session.rests('requires_input');
    assert.deepEqual(state.missingInputs, ['document_front']);
    assert.ok(!session.called().includes('reserveUser'));
    await session.handle.cancel();
  });

  it('lets go of the number where the registration comes to nothing', async () => {
    const overrides = {
      searchRivals: async () => ({
        seen: true,
        rivals: [],
        result: missed('duplicate', 'duplicate_face' as const),
      }),
    };
    const session = await sessions.begin('registration', { input, overrides });
    const state = await session.handle.result();
    assert.deepEqual([state.status, session.world.left.document], ['rejected', undefined]);
    const called = session.called();
    assert.ok(called.lastIndexOf('releaseDocument') > called.indexOf('withdrawFace'), 'the face first');
    assert.ok(called.indexOf('releaseUser') > called.indexOf('releaseDocument'), 'the user last');
  });

  it('goes on without the number where a reviewer lets a used one pass', async () => {
    const overrides = {
      claimDocument: async () => asksAbout('document', 'document_reused_review', { subject: 'owner' }),
    };
    const session = await sessions.begin('registration', { input, overrides });
    assert.deepEqual((await session.rests('needs_review')).reasons, ['document_reused_review']);
    const approve = { args: [{ decision: 'approve', ...TESTER }] as [{ decision: 'approve'; by: string }] };
    const state = await session.handle.executeUpdate(reviewUpdate, approve);
    assert.equal(state.status, 'verified');
    assert.equal(state.checks.find(({ check }) => check === 'document')?.outcome, 'passed_by_reviewer');
  });

  it('needs another review where somebody else has the number by then', async () => {
    const overrides: Overrides = {
      claimDocument: async (_, __, nth) =>
        asksAbout('document', 'document_reused_review', { subject: `owner-${nth}` }),
    };
    const session = await sessions.begin('registration', { input, overrides });
    await session.rests('needs_review');
    const approve = { args: [{ decision: 'approve', ...TESTER }] as [{ decision: 'approve'; by: string }] };
    const state = await session.handle.executeUpdate(reviewUpdate, approve);
    assert.deepEqual([state.status, state.reasons], ['needs_review', ['document_reused_review']]);
    await session.handle.cancel();
  });

  it('needs both: the face of the document as new as the selfie’s', async () => {
    const overrides = {
      searchDuplicates: async ({ of }: { of?: string }) =>
        of === 'document_front' ? missed('duplicate', 'duplicate_face' as const) : passed('duplicate'),
    };
    const session = await sessions.begin('registration', { input, overrides });
    const state = await session.handle.result();
    assert.deepEqual([state.status, state.reasons], ['rejected', ['duplicate_face']]);
    assert.ok(!session.called().includes('placeFace'));
  });
});
