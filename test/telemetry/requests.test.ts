import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Client } from '@temporalio/client';
import { createApp } from '../../api/app.js';
import { createFlows } from '../../api/flows.js';
import { createIdentities } from '../../api/identities.js';
import { loadPolicies } from '../../api/policies.js';
import { apiSettings } from '../../api/settings.js';
import type { Tenant } from '../../domain/session.js';
import { type OnTwin, onTwin, refuse, undisturbed } from '../activities/support/on-twin.js';
import { sessionState } from '../activities/support/rows.js';
import { type Caller, createCaller } from '../support/caller.js';
import { eventually } from '../support/eventually.js';
import { person } from '../support/person.js';
import { uniquePhoto } from '../support/unique-photo.js';
import { type Recorded, record, stopRecording } from './recorder.js';

const USER = 'u-secret@example.com';
const IDEMPOTENCY_KEY = 'idempotency-secret';
const API_KEY = 'sk_of_telemetry';
const SESSIONS = '/v1/verification-sessions';

/** A client whose workflows answer at once. */
const client = {
  withDeadline: (_deadline: number, work: () => Promise<unknown>) => work(),
  workflow: { executeUpdateWithStart: async () => sessionState('vs_answered', { status: 'verified' }) },
} as unknown as Client;

describe('telemetry of a request', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let subject: string;
  let server: Server;
  let call: Caller;
  let recorded: Recorded;

  before(async () => {
    aws = await onTwin();
    tenant = await aws.tenant();
    const secret = Buffer.alloc(32, 5);
    const settings = apiSettings({
      IDV_PSEUDONYM_KEY: secret.toString('base64'),
      IDV_IDEMPOTENCY_SECRET: secret.toString('base64'),
      IDV_API_KEYS: JSON.stringify([
        { ...tenant, sha256: createHash('sha256').update(API_KEY).digest('hex') },
      ]),
    });
    subject = createIdentities({ pseudonym: secret, idempotency: secret }).subject(tenant, USER);
    const { policies } = loadPolicies('policies');
    const app = createApp({ settings, flows: createFlows(client), ports: aws.ports, policies });
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    call = createCaller(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, API_KEY);
  });
  beforeEach(() => {
    recorded = record();
  });
  afterEach(() => {
    stopRecording();
    undisturbed(aws);
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  const register = async () =>
    call(
      'POST',
      SESSIONS,
      {
        flow: 'registration',
        user_id: USER,
        selfie: await uniquePhoto(),
        profile: person,
        client_reference_id: 'order-secret',
      },
      { 'idempotency-key': IDEMPOTENCY_KEY },
    );
  const ended = () => eventually('every span has ended', () => recorded.spans.every((span) => span.ended));
  const spansOf = (kind: RegExp) => recorded.spans.filter(({ name }) => kind.test(name));
  const measured = (of: string) =>
    recorded.measurements.filter(({ name }) => name === of).map(({ attributes }) => attributes);

  it('has a span for the request, the update, and each call to AWS', async () => {
    assert.equal((await register()).status, 201);
    await ended();
    assert.deepEqual(
      spansOf(/^HTTP/).map(({ name, attributes }) => [name, attributes]),
      [
        [
          'HTTP POST',
          { 'http.request.method': 'POST', 'http.route': `${SESSIONS}/`, 'http.response.status_code': 201 },
        ],
      ],
    );
    const [update, ...more] = spansOf(/^update/);
    assert.deepEqual(
      [update?.name, Object.keys(update?.attributes ?? {}), more.length],
      ['update.answer', ['idv.session_id'], 0],
    );
    assert.deepEqual(
      spansOf(/^(dynamodb|s3)/).map(({ name, attributes }) => [name, attributes['idv.outcome']]),
      [
        ['dynamodb.Query', 'ok'],
        ['dynamodb.PutItem', 'ok'],
        ['s3.PutObject', 'ok'],
      ],
    );
    assert.deepEqual(measured('idv.aws.calls')[1], {
      service: 'dynamodb',
      operation: 'PutItem',
      outcome: 'ok',
    });
    assert.deepEqual(measured('idv.aws.duration'), measured('idv.aws.calls'));
    assert.deepEqual(measured('idv.http.duration'), [{ method: 'POST', route: `${SESSIONS}/`, status: 201 }]);
  });

  it('names the outcome of a call to AWS that fails', async () => {
    refuse(aws, 'dynamodb', 'Query', 'ThrottlingException');
    assert.equal((await call('GET', `/v1/users/${USER}`)).status, 503);
    await ended();
    const [query] = spansOf(/^dynamodb/);
    assert.deepEqual([query?.failed, query?.attributes['idv.outcome']], [true, 'ThrottlingException']);
    assert.deepEqual(measured('idv.http.duration'), [{ method: 'GET', route: '/v1/users/:id', status: 503 }]);
  });

  it('keeps the route of a request, and of a path that is no route nothing', async () => {
    await call('GET', `${SESSIONS}/vs_${'a'.repeat(26)}`);
    await call('GET', `/v1/${USER.replace(/[^a-z]/g, '-')}`);
    await call('GET', `/${USER}?user_id=${USER}`);
    await ended();
    assert.deepEqual(measured('idv.http.duration'), [
      { method: 'GET', route: `${SESSIONS}/:id`, status: 404 },
      { method: 'GET', route: '', status: 404 },
      { method: 'GET', route: '', status: 404 },
    ]);
  });

  it('holds no user id, pseudonym, key, profile or path of a photo', async () => {
    await register();
    await call('GET', `/v1/users/${USER}`);
    await call('GET', `/v1/users/u-secret`);
    await call('GET', `/v1/u-secret`);
    await call('GET', `${SESSIONS}?user_id=${encodeURIComponent(USER)}`);
    await call('POST', SESSIONS, { flow: 'registration', user_id: USER, profile: { email: person.email } });
    await ended();
    const text = JSON.stringify(recorded);
    assert.ok(recorded.spans.length > 10);
    for (const value of [
      'secret',
      USER,
      subject,
      API_KEY,
      'incoming/',
      ...Object.values(person),
      ...Object.values(person).map((word) => word.split(/[ @]/)[0] ?? word),
    ])
      assert.ok(!text.includes(value), value);
  });
});
