import assert from 'node:assert/strict';
import { createActivities } from '../../activities/index.js';
import type { ImageRef } from '../../domain/image-ref.js';
import { incomingPhotoKey, retainedPhotoKey } from '../../domain/photo-keys.js';
import type { SessionState, Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { logged } from './support/logged.js';
import { type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, registered, subjectOf } from './support/registered.js';
import { sessionState } from './support/rows.js';

const subject = subjectOf('me');
const sessionId = 'vs_saved';
const lockout = { attempts: 1, withinSeconds: 900 };

describe('saving a session', () => {
  let aws: OnTwin;
  let activities: ReturnType<typeof createActivities>;
  let tenant: Tenant;
  before(async () => {
    aws = await onTwin();
    activities = createActivities(aws.ports);
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    await aws.ports.sessions.create(tenant, sessionId, 'print', { userId: 'u-1' });
    const state = sessionState(sessionId);
    assert.deepEqual(
      await activities.openSession({ tenant, state, fingerprint: 'print', run: 'r', events: [] }),
      {
        opened: true,
      },
    );
  });
  afterEach(() => undisturbed(aws));

  const faceKey = 'abcdefghijklmnop';
  const save = (
    changes: Partial<SessionState>,
    discarded: readonly ImageRef[] = [],
    retention = policyWith().retention,
  ) =>
    activities.saveSession({
      tenant,
      state: sessionState(sessionId, { revision: 2, subject, ...changes }),
      faceKey,
      spent: discarded.map((photo) => ({ input: 'selfie', photo })),
      retention,
      log: logged(),
    });
  const locked = async (number: number, session = sessionId) =>
    (await activities.countAttempt({ tenant, subject, sessionId: session, number, lockout })).locked;

  it('writes the row, and removes photos that nobody needs any more', async () => {
    const [needed, discarded] = await Promise.all([aws.store(picture('a')), aws.store(picture('b'))]);
    await save({ status: 'requires_input', reasons: ['selfie_blurry'] }, [discarded]);
    const row = await aws.ports.sessions.read(tenant, sessionId);
    assert.deepEqual([row?.state?.status, row?.state?.reasons], ['requires_input', ['selfie_blurry']]);
    assert.equal(await aws.ports.photos.get(discarded), undefined);
    assert.ok(await aws.ports.photos.get(needed));
  });

  it('makes no call to S3 where nothing is discarded', async () => {
    aws.calls();
    await save({ status: 'verified' });
    assert.ok(!aws.calls().some((operation) => /Object/.test(operation)));
  });

  for (const status of ['requires_input', 'blocked', 'canceled', 'rejected', 'expired'] as const) {
    it(`leaves neither row nor reservation of a registration that is ${status}, though no history knows of them`, async () => {
      await aws.ports.users.reserve(tenant, subject, sessionId, { userId: 'u-1' });
      const place = { startedAt: 1, sessionId };
      const image = await aws.store(picture('a'));
      await aws.ports.users.placeFace(tenant, { subject, faceKey, rank: place, collection: 'c', image });
      await save({ status });
      assert.equal(await aws.ports.users.read(tenant, subject), undefined);
    });
  }

  it('lets go of a user who is registered now, and of nobody else', async () => {
    await aws.ports.users.reserve(tenant, subject, sessionId, { userId: 'u-1' });
    await registered(aws, tenant, { name: 'me', person: 'anna' });
    const busy = async () => (await aws.ports.users.read(tenant, subject))?.busy;
    for (const status of ['needs_review', 'blocked', 'rejected', 'verified'] as const) {
      await save({ status, sessionId: 'vs_another' });
      assert.equal(await busy(), sessionId);
    }
    await save({ status: 'verified' });
    assert.equal(await busy(), undefined);
    assert.equal((await aws.ports.users.read(tenant, subject))?.faces.length, 1);
  });

  for (const flow of ['authentication', 'photo_update'] as const) {
    it(`of a verified ${flow} forgets every attempt`, async () => {
      await locked(1, 'vs_earlier');
      assert.equal(await locked(1), true);
      await save({ flow, status: 'verified' });
      assert.equal(await locked(1), false);
    });
  }

  it('leaves of a photo update that failed the user with the old face, and nothing else', async () => {
    await registered(aws, tenant, { name: 'me', person: 'a' });
    const update = { tenant, subject, sessionId, faceKey };
    assert.equal((await activities.holdUser(update)).outcome, 'held');
    const rank = { startedAt: 2_000, sessionId };
    await activities.placeFace({ ...update, rank, image: await aws.store(picture('a')) });
    await save({ flow: 'photo_update', status: 'rejected', reasons: ['duplicate_face'] });
    const user = await aws.ports.users.read(tenant, subject);
    assert.equal(user?.busy, undefined);
    assert.deepEqual(
      user?.faces.map(({ faceKey: key, state }) => [key, state]),
      [[KEY, 'active']],
    );
  });

  it('of a login that failed forgets none', async () => {
    await locked(1);
    await save({ flow: 'authentication', status: 'rejected', reasons: ['face_not_recognised'] });
    assert.equal(await locked(2), true);
  });

  it('of a login that the service could not judge forgets that attempt', async () => {
    const reasons = ['temporarily_unavailable'] as const;
    await locked(1, 'vs_earlier');
    await save({ flow: 'authentication', status: 'requires_input', reasons, attempts: { used: 0, max: 3 } });
    assert.equal(await locked(2), true);
    await activities.countAttempt({ tenant, subject: subjectOf('b'), sessionId, number: 1, lockout });
    await save({
      flow: 'authentication',
      status: 'requires_input',
      subject: subjectOf('b'),
      reasons,
      attempts: { used: 0, max: 3 },
    });
    const other = { tenant, subject: subjectOf('b'), sessionId, number: 2, lockout };
    assert.deepEqual(await activities.countAttempt(other), { locked: false });
  });

  it('of nobody in particular touches no user', async () => {
    const { subject: _, ...state } = sessionState(sessionId, { revision: 2, status: 'verified', subject });
    aws.calls();
    await activities.saveSession({
      tenant,
      state: { ...state, flow: 'authentication' },
      faceKey,
      spent: [],
      retention: policyWith().retention,
      log: logged(),
    });
    assert.deepEqual(aws.calls(), ['PutItem', 'UpdateItem']); // the decision, then the row
  });

  it('fails, to be repeated, when any part of it does', async () => {
    const photo = await aws.store(picture('a'));
    refuse(aws, 's3', 'DeleteObjects', 'SlowDown');
    await assert.rejects(save({ status: 'verified' }, [photo]), { type: 'Throttled' });
    const status = async () => (await aws.ports.sessions.read(tenant, sessionId))?.state?.status;
    assert.equal(
      await status(),
      'processing',
      'no row says that it ended while a part of that is still to come',
    );
    undisturbed(aws);
    await save({ status: 'verified' }, [photo]);
    assert.equal(await aws.ports.photos.get(photo), undefined);
    assert.equal(await status(), 'verified');
  });

  it('of what was found after the answer forgets no login attempt made since', async () => {
    await locked(1);
    await save({ flow: 'photo_update', status: 'verified', flagged: 'duplicate_face' });
    assert.equal(await locked(2), true);
  });

  it('keeps photos where the policy says so, and how long stands in the row; none of a session that is gone', async () => {
    const { retention } = policyWith();
    const kept = { ...retention, selfie: { days: 3 } };
    const bytes = picture('a');
    const put = async () => {
      const photo = {
        ...(await aws.store(bytes)),
        key: incomingPhotoKey(tenant, sessionId, '0-0', 'selfie', 'ab'),
      };
      await aws.ports.photos.put(photo, bytes, 'image/jpeg');
      return photo;
    };
    const photo = await put();
    const copy = { ...photo, key: retainedPhotoKey(photo.key) };
    await save({ status: 'rejected' }, [photo], kept);
    assert.ok(await aws.ports.photos.get(copy));
    assert.deepEqual((await aws.ports.reconcileTable.session(tenant, sessionId))?.retention, kept);
    await aws.ports.photos.remove([copy]);
    await aws.ports.erasures.removeSession(tenant, sessionId);
    await save({ status: 'rejected' }, [await put()], kept);
    assert.equal(await aws.ports.photos.get(copy), undefined);
  });
});
