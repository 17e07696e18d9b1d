import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { createActivities } from '../../activities/index.js';
import { createIdentities } from '../../api/identities.js';
import { createPhotoIntake, refsOf } from '../../api/photos.js';
import { loadPolicies } from '../../api/policies.js';
import { apiSettings } from '../../api/settings.js';
import { type Decision, decide } from '../../domain/decision.js';
import { eventsBetween } from '../../domain/events.js';
import { externalImageId } from '../../domain/face-record.js';
import { facePhotoKey } from '../../domain/photo-keys.js';
import type { Policy } from '../../domain/policy.js';
import type { SessionState, Tenant } from '../../domain/session.js';
import { advanced, begunTimeline } from '../../domain/timeline.js';

/**
 * The baseline: a plain Express handler that makes the same calls to Rekognition, S3 and DynamoDB in the same order, with
 * the same code, and no Temporal. A crash in the middle of it loses what it did.
 */
const settings = apiSettings();
const ports = createPorts(awsSettings(), fieldKeys(), settings.IDV_PSEUDONYM_KEY);
const activities = createActivities(ports);
const identities = createIdentities({
  pseudonym: settings.IDV_PSEUDONYM_KEY,
  idempotency: settings.IDV_IDEMPOTENCY_SECRET,
});
const intake = createPhotoIntake(ports.photos, {
  bucket: settings.IDV_BUCKET,
  sourceBuckets: [],
  maxBytes: 15_000_000,
});
const policy = defaultPolicy();
const tenant: Tenant = { account: 'default', mode: 'test' };
const version = { name: policy.name, version: policy.version };

function defaultPolicy(): Policy {
  const found = loadPolicies(settings.IDV_POLICIES).policies.get('default');
  if (!found) throw new Error('There is no policy "default".');
  return found;
}

async function begin(flow: SessionState['flow'], userId: string, image: string) {
  const sessionId = identities.sessionId(tenant, undefined);
  const subject = identities.subject(tenant, userId);
  const selfie = await intake.accept(tenant, 'selfie', image);
  const user = flow === 'authentication' ? undefined : await ports.users.read(tenant, subject);
  await ports.sessions.create(tenant, sessionId, 'plain', { userId });
  const placed = intake.place(tenant, sessionId, '0-0', [selfie]);
  await intake.store(placed);
  const photos = refsOf(placed);
  if (!photos.selfie || Boolean(user) !== (flow === 'photo_update')) {
    throw new Error('The baseline expects a photo, and a user who is new (registered, for another photo).');
  }
  const state: SessionState = {
    sessionId,
    flow,
    subject,
    status: 'processing',
    revision: 1,
    policy: version,
    attempts: { used: 0, max: 3 },
    inputs: ['selfie'],
    missingInputs: [],
    reasons: [],
    checks: [],
    actions: [],
    unavailable: 0,
    createdAt: Date.now(),
    updatedAt: Date.now(),
    expiresAt: Date.now() + 900_000,
  };
  const opening = { tenant, state, fingerprint: 'plain', run: randomBytes(16).toString('hex'), events: [] };
  return { sessionId, subject, photo: photos.selfie, state, opening };
}

/** The workflow's tail comes after the answer; so does this. */
function save(begun: Awaited<ReturnType<typeof begin>>, decision: Decision, faceKey = ''): void {
  const { state, photo } = begun;
  const ended: SessionState = { ...state, ...decision, subject: begun.subject, revision: 2 };
  const timeline = advanced(begunTimeline(state), state, ended);
  void activities.saveSession({
    ...{ tenant, state: ended, faceKey },
    spent: [{ input: 'selfie', photo }],
    retention: policy.retention,
    log: {
      events: [...eventsBetween(undefined, state), ...eventsBetween(state, ended)],
      facts: [],
      timeline,
    },
  });
}

async function login(userId: string, image: string) {
  const begun = await begin('authentication', userId, image);
  const { sessionId, subject, photo, opening } = begun;
  const opened = activities.openSession(opening);
  const { lockout } = policy.flows.authentication;
  await activities.countAttempt({ tenant, subject, sessionId, number: 1, lockout });
  const [quality, found] = await Promise.all([
    activities.checkQuality({ image: photo, gates: policy.gates }),
    activities.searchOwnShard({ tenant, subject, image: photo, policy: policy }),
  ]);
  await opened;
  const decision = decide(policy.flows.authentication.checks, [quality, found.result], version, subject);
  save(begun, decision);
  return decision.status;
}

async function register(userId: string, image: string) {
  const begun = await begin('registration', userId, image);
  const { sessionId, subject, photo, opening } = begun;
  const faceKey = identities.faceKey(sessionId);
  await activities.openSession(opening);
  const quality = await activities.checkQuality({ image: photo, gates: policy.gates });
  const [, duplicate] = await Promise.all([
    activities.reserveUser({ tenant, subject, sessionId }),
    activities.searchDuplicates({ tenant, subject, image: photo, policy: policy }),
  ]);
  const { face } = await enrol(begun, faceKey);
  const decision = decide(policy.flows.registration.checks, [quality, duplicate], version, subject);
  save(begun, { ...decision, face }, faceKey);
  return decision.status;
}

async function update(userId: string, image: string) {
  const begun = await begin('photo_update', userId, image);
  const { sessionId, subject, photo, opening } = begun;
  const faceKey = identities.faceKey(sessionId);
  await activities.openSession(opening);
  const [held, quality] = await Promise.all([
    activities.holdUser({ tenant, subject, sessionId, faceKey }),
    activities.checkQuality({ image: photo, gates: policy.gates }),
  ]);
  if (held.outcome !== 'held') throw new Error(`The user is ${held.outcome}.`);
  const { lockout } = policy.flows.authentication;
  const [, duplicate, match] = await Promise.all([
    activities.countAttempt({ tenant, subject, sessionId, number: 1, lockout }),
    activities.searchDuplicates({ tenant, subject, image: photo, policy }),
    activities.searchOwnShard({ tenant, subject, image: photo, policy }),
  ]);
  const { face, kept } = await enrol(begun, faceKey);
  await activities.replaceFaces({ tenant, subject, older: held.older, face, bucket: kept.bucket });
  const results = [quality, match.result, duplicate];
  const decision = decide(policy.flows.photo_update.checks, results, version, subject);
  save(begun, { ...decision, face }, faceKey);
  return decision.status;
}

/** As `workflows/enrol-face.ts`, without its undo. */
async function enrol(
  { sessionId, subject, photo }: Pick<Awaited<ReturnType<typeof begin>>, 'sessionId' | 'subject' | 'photo'>,
  faceKey: string,
) {
  const own = { tenant, subject, faceKey };
  const rank = { startedAt: Date.now(), sessionId };
  const { collection } = await activities.placeFace({ ...own, rank, image: photo });
  const qualityFilter = policy.qualityFilter;
  const { face } = await activities.indexFace({
    collection,
    image: photo,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter,
  });
  if (!face) throw new Error('The face was not indexed.');
  const search = { ...own, faceId: face.faceId, image: photo, policy: policy };
  await activities.searchRivals({ ...search, only: collection });
  await activities.searchRivals({ ...search, except: collection });
  const kept = { ...photo, key: facePhotoKey(tenant, subject, faceKey) };
  await activities.promotePhoto({ from: photo, to: kept });
  await activities.commitFace({ ...own, rank, face, image: kept });
  return { face, kept };
}

const app = express();
app.use(express.json({ limit: '30mb' }));
app.post('/login', async (request, response) => {
  response.json({ status: await login(request.body.user_id, request.body.selfie) });
});
app.post('/register', async (request, response) => {
  response.json({ status: await register(request.body.user_id, request.body.selfie) });
});
app.post('/update', async (request, response) => {
  response.json({ status: await update(request.body.user_id, request.body.selfie) });
});
const server = app.listen(0, '127.0.0.1', () => {
  process.send?.({ ready: true, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.once('SIGTERM', () => process.exit(0));
