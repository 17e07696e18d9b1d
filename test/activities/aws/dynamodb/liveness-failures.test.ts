import assert from 'node:assert/strict';
import type { LivenessFailures } from '../../../../activities/ports/liveness.js';
import type { Tenant } from '../../../../domain/session.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from '../../support/on-twin.js';

const rule = { failures: 3, withinSeconds: 180, seconds: 600 };

describe('failed captures', () => {
  let aws: OnTwin;
  let failures: LivenessFailures;
  let tenant: Tenant;
  let number = 0;
  let sessionId: string;
  let subject: string;
  before(async () => {
    aws = await onTwin();
    failures = aws.ports.livenessFailures;
    tenant = await aws.tenant();
  });
  beforeEach(() => {
    number += 1;
    [sessionId, subject] = [`vs_captures${number}`, `captures${number}`];
  });
  afterEach(() => undisturbed(aws));

  const fail = (...captures: string[]) =>
    Promise.all(captures.map((id) => failures.count(tenant, { sessionId, subject }, id, rule)));
  const coolDown = (owner = { sessionId, subject }) => failures.coolDown(tenant, owner);

  it('are all counted when they come at once, and then nobody begins another for a while', async () => {
    assert.equal(await coolDown(), 0);
    await fail('a', 'b');
    assert.equal(await coolDown(), 0);
    await fail('a', 'b', 'c', 'd', 'e');
    const seconds = await coolDown();
    assert.ok(seconds > 590 && seconds <= 600, `${seconds}`);
  });

  it('are counted once each, also when the answer was lost', async () => {
    loseAnswer(aws, 'dynamodb', 'UpdateItem');
    await assert.rejects(fail('a'), { type: 'DependencyUnavailable' });
    for (let repeat = 0; repeat < 3; repeat++) await fail('a');
    await fail('b');
    assert.equal(await coolDown(), 0);
  });

  it('are forgotten when a live person is seen', async () => {
    await fail('a', 'b', 'c');
    await failures.forget(tenant, { sessionId, subject });
    await failures.forget(tenant, { sessionId, subject });
    assert.equal(await coolDown(), 0);
  });

  it('are those of a user over all sessions, or of one session where no user is claimed', async () => {
    await fail('a', 'b', 'c');
    assert.ok((await coolDown({ sessionId: 'vs_another', subject })) > 0);
    assert.equal(await coolDown({ sessionId, subject: `${subject}x` }), 0);
    assert.equal(await failures.coolDown(tenant, { sessionId }), 0);
    for (const id of ['a', 'b', 'c']) await failures.count(tenant, { sessionId }, id, rule);
    assert.ok((await failures.coolDown(tenant, { sessionId })) > 0);
    assert.equal(await aws.ports.sessions.read(tenant, sessionId), undefined, 'no session by that');
  });
});
