import assert from 'node:assert/strict';
import type { FlowPolicy, Policy } from '../../domain/policy.js';
import { failures } from '../../workflows/failures.js';
import { livenessUpdate, resumeUpdate, reviewUpdate, submitUpdate } from '../../workflows/messages.js';
import { billableActions } from '../support/billable-actions.js';
import { captureImage, missed, type Overrides, passed } from '../support/fake-activities.js';
import { eventsOf } from '../support/histories.js';
import { timeSkippingSessions } from '../support/session-environments.js';
import { photoRef, policyWith, SUBJECT, TESTER } from '../support/session-fixtures.js';
import type { Flow, SessionRunner, TestSession } from '../support/session-runner.js';
import { refusal } from '../support/session-troubles.js';
import { operatorMustAct, throttled } from '../support/stop-at.js';

const images = (captureId: string) => ({
  reference: captureImage(captureId),
  images: [captureImage(captureId)],
});

/** A capture that shows nobody live. */
const spoof: Overrides['readLiveness'] = async ({ captureId }) => ({
  result: missed('liveness', 'liveness_failed'),
  ...images(captureId),
});

const inputs = { ...policyWith().flows.authentication.inputs, selfie: 'off', liveness: 'required' } as const;
const twoPhotos = { ...inputs, selfie: 'required' } as const;

/** Begins a capture; returns its id. */
async function begin(session: TestSession): Promise<string> {
  const state = await session.handle.executeUpdate(livenessUpdate);
  assert.ok(state.liveness);
  return state.liveness.id;
}

const finish = (session: TestSession, liveness: string, photos = {}) =>
  session.handle.executeUpdate(submitUpdate, { args: [{ photos, liveness }] });

describe('liveness', () => {
  let sessions: SessionRunner;
  before(async function () {
    sessions = await timeSkippingSessions(this);
  });

  const open = (
    flow: Flow,
    overrides: Overrides = {},
    changes: { liveness?: Partial<Policy['liveness']>; flow?: Partial<FlowPolicy> } = {},
  ) => {
    const checks = [...policyWith().flows[flow].checks, 'liveness'] as const;
    const policy = policyWith({
      [flow]: { checks, inputs, ...changes.flow },
      liveness: { auditImages: 2, ...changes.liveness },
    });
    return sessions.begin(flow, { overrides, input: { photos: {}, policy } });
  };

  for (const flow of ['registration', 'authentication'] as const) {
    it(`makes the image of the capture the selfie of ${flow}`, async () => {
      const session = await open(flow);
      const before = await session.state();
      assert.deepEqual([before.inputs, before.missingInputs], [['liveness'], ['liveness']]);
      const started = await session.handle.executeUpdate(livenessUpdate);
      const { id, challenge, expiresAt } = started.liveness ?? assert.fail('no capture');
      assert.equal(challenge, 'FaceMovementAndLightChallenge');
      assert.ok(expiresAt > started.updatedAt && expiresAt <= started.updatedAt + 180_000);
      const state = await finish(session, id);
      assert.equal(state.status, 'verified');
      assert.equal(state.checks[0]?.check, 'liveness');
      assert.equal(state.liveness, undefined);
      await session.handle.result();
      const [request] = session.requests('startLiveness');
      assert.deepEqual([request?.number, request?.subject, request?.policy.auditImages], [1, SUBJECT, 2]);
      assert.deepEqual(session.requests('checkQuality')[0]?.image, captureImage(id));
      assert.equal(session.requests('settleLiveness')[0]?.passed, true);
      const spent = session.requests('saveSession').flatMap((saving) => saving.spent);
      assert.deepEqual(spent, [{ input: 'liveness', photo: captureImage(id) }]);
    });
  }

  it('takes the capture that the session began last, once, and no other', async () => {
    const session = await open('registration', {
      readLiveness: async (request, happy, nth) => (nth === 1 ? spoof(request, happy, nth) : happy()),
    });
    const replaced = await begin(session);
    const current = await begin(session);
    for (const foreign of [replaced, 'capture-of-another-session'])
      assert.equal((await refusal(finish(session, foreign))).type, failures.unknownCapture);

    const state = await finish(session, current);
    assert.deepEqual([state.status, state.reasons], ['requires_input', ['liveness_failed']]);
    assert.deepEqual([state.missingInputs, state.liveness], [['liveness'], undefined]);
    assert.equal((await refusal(finish(session, current))).type, failures.unknownCapture);

    assert.equal((await finish(session, await begin(session))).status, 'verified');
    assert.deepEqual(
      session.requests('settleLiveness').map(({ captureId, passed }) => [captureId, passed]),
      [
        [current, false],
        ['capture-3', true],
      ],
    );
    await session.handle.result();
  });

  it('begins none during a cool-down, says for how long, and begins one afterwards', async () => {
    const session = await open('authentication', {
      startLiveness: async (_, happy, nth) => (nth === 1 ? { coolDownSeconds: 170 } : happy()),
    });
    const failure = await refusal(session.handle.executeUpdate(livenessUpdate));
    assert.deepEqual([failure.type, failure.details], [failures.coolDown, [{ seconds: 170 }]]);
    assert.equal((await session.state()).liveness, undefined);
    assert.equal((await finish(session, await begin(session))).status, 'verified');
  });

  it('tries twice to begin one while the person waits, and leaves the session as it was', async () => {
    const session = await open('registration', {
      startLiveness: async (_, happy, nth) => (nth <= 2 ? Promise.reject(throttled()) : happy()),
    });
    const failure = await refusal(session.handle.executeUpdate(livenessUpdate));
    assert.equal(failure.type, failures.throttled);
    assert.deepEqual(
      session.requests('startLiveness').map(({ number }) => number),
      [1, 1],
    );
    assert.equal((await finish(session, await begin(session))).status, 'verified');
    await session.handle.result();
  });

  it('counts no capture that ran out, and asks for another', async () => {
    const session = await open('authentication', {
      readLiveness: async () => ({ result: missed('liveness', 'liveness_expired'), images: [] }),
    });
    const state = await finish(session, await begin(session));
    assert.deepEqual([state.reasons, state.missingInputs], [['liveness_expired'], ['liveness']]);
    assert.equal(session.requests('settleLiveness').length, 0);
    const last = await session.handle.result(); // nobody begins another
    assert.deepEqual([last.status, last.abandonedAt], ['expired', 'liveness']);
  });

  it('compares a selfie of its own with the capture, and asks for both where they differ', async () => {
    const session = await open(
      'authentication',
      {
        comparePhotos: async (_, happy, nth) => (nth === 1 ? missed('face_match', 'face_mismatch') : happy()),
      },
      { liveness: { selfie: 'separate' }, flow: { inputs: twoPhotos } },
    );
    const first = await begin(session);
    assert.deepEqual((await finish(session, first)).missingInputs, ['selfie']);
    const submit = (name: string) =>
      session.handle.executeUpdate(submitUpdate, {
        args: [{ photos: { selfie: photoRef('selfie', name) } }],
      });
    const state = await submit('first');
    assert.deepEqual(state.reasons, ['liveness_face_mismatch']);
    assert.deepEqual(state.missingInputs, ['selfie', 'liveness']);
    const { selfie, reference } = session.requests('comparePhotos')[0] ?? assert.fail('not compared');
    assert.deepEqual([selfie, reference], [photoRef('selfie', 'first'), captureImage(first)]);
    assert.equal(session.requests('settleLiveness')[0]?.passed, false);

    await submit('second');
    assert.equal((await finish(session, await begin(session))).status, 'verified');
    assert.deepEqual(session.requests('checkQuality')[0]?.image, photoRef('selfie', 'second'));
  });

  it('asks for another capture where its image is no good as a selfie', async () => {
    const session = await open('authentication', {
      checkQuality: async (_, happy, nth) => (nth === 1 ? missed('quality', 'selfie_blurry') : happy()),
    });
    const state = await finish(session, await begin(session));
    assert.deepEqual([state.reasons, state.missingInputs], [['selfie_blurry'], ['liveness']]);
    assert.equal((await finish(session, await begin(session))).status, 'verified');
  });

  it('needs none where the policy leaves it open, but one that was handed in has to pass', async () => {
    const optional = {
      flow: { checks: ['quality', 'user_match'], inputs: { ...twoPhotos, liveness: 'optional' } },
    } as const;
    const without = await open('authentication', {}, optional);
    const selfie = { selfie: photoRef('selfie') };
    assert.equal(
      (await without.handle.executeUpdate(submitUpdate, { args: [{ photos: selfie }] })).status,
      'verified',
    );
    assert.equal(without.requests('readLiveness').length, 0);

    const caught = await open('authentication', { readLiveness: spoof }, optional);
    const state = await finish(caught, await begin(caught), selfie);
    assert.deepEqual([state.status, state.reasons], ['requires_input', ['liveness_failed']]);
    assert.deepEqual(state.missingInputs, ['liveness'], 'now it is needed');
  });

  it('is read once, though a session is judged again days later', async () => {
    const session = await open('registration', {
      searchDuplicates: async (_, happy, nth) =>
        nth === 1 ? missed('duplicate', 'duplicate_suspected') : happy(),
    });
    assert.equal((await finish(session, await begin(session))).status, 'needs_review');
    await sessions.pass('2 days');
    const review = { decision: 'approve', by: 'tests' } as const;
    const state = await session.handle.executeUpdate(reviewUpdate, { args: [review] });
    assert.equal(state.status, 'verified');
    assert.deepEqual(state.checks[0], passed('liveness'));
    assert.equal(session.requests('readLiveness').length, 1);
    await session.handle.result();
  });

  it('leaves no image of a capture that could not be read to its end', async () => {
    const session = await open('registration', {
      readLiveness: async (_, happy, nth) => (nth === 1 ? Promise.reject(operatorMustAct()) : happy()),
    });
    const captureId = await begin(session);
    const blocked = await finish(session, captureId);
    assert.equal(blocked.status, 'blocked');
    const state = await session.handle.executeUpdate(resumeUpdate, { args: [TESTER] });
    assert.equal(state.status, 'verified');
    assert.deepEqual(
      session.requests('discardCapture').map((request) => request.captureId),
      [captureId],
    );
    await session.handle.result();
  });

  it('is not used up by an outage: the same request is judged, from what was read', async () => {
    const session = await open('authentication', {
      searchOwnShard: async (_, happy, nth) => (nth <= 2 ? Promise.reject(throttled()) : happy()),
    });
    const captureId = await begin(session);
    const busy = await finish(session, captureId);
    assert.deepEqual([busy.reasons, busy.missingInputs], [['temporarily_unavailable'], ['liveness']]);
    const state = await finish(session, captureId);
    assert.deepEqual([state.status, state.attempts.used], ['verified', 1]);
    assert.equal(session.requests('readLiveness').length, 1);
  });

  it('costs a login 2 actions more than waiting for a selfie does: for beginning it', async () => {
    const session = await open('authentication');
    assert.equal((await finish(session, await begin(session))).status, 'verified');
    await session.handle.result();
    const actions = billableActions(await eventsOf(session.handle));
    assert.ok(actions <= 8, `${actions} actions`);
  });

  it('does not begin where the session takes none, or no longer waits', async () => {
    const session = await sessions.begin('registration', { input: { photos: {} } });
    const failure = await refusal(session.handle.executeUpdate(livenessUpdate));
    assert.deepEqual(failure.details, [{ status: 'requires_input', allowed: ['submit', 'cancel'] }]);
    await session.handle.terminate();
  });
});
