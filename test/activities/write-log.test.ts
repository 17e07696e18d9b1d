import assert from 'node:assert/strict';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { createActivities } from '../../activities/index.js';
import { redactSession } from '../../activities/redact-session.js';
import { eventsBetween } from '../../domain/events.js';
import type { NotedFact } from '../../domain/facts.js';
import type { SessionState, Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { logged } from './support/logged.js';
import { loseAnswer, type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { subjectOf } from './support/registered.js';
import { sessionState } from './support/rows.js';

const sessionId = 'vs_logged';
const subject = subjectOf('me');
const closest = { subject: subjectOf('rival'), similarity: 98.5 };
const endedAt = Date.parse('2024-03-05T12:00:00Z');

const fact = (number: number, operation = 'DetectFaces'): NotedFact => ({
  ...{
    operation,
    requestId: `request-${number}`,
    durationMs: 12,
    images: ['image-hash'],
    attempt: 1,
    number,
  },
  ...{ faces: 1, details: [{ box: [0.1234, 0.2, 0.3, 0.4] }], check: 'quality', outcome: 'passed' },
});

describe('what is written of a session', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let activities: ReturnType<typeof createActivities>;
  before(async () => {
    aws = await onTwin();
    activities = createActivities(aws.ports);
  });
  const opened = sessionState(sessionId, { status: 'requires_input', subject });
  beforeEach(async () => {
    tenant = await aws.tenant();
    await aws.ports.sessions.create(tenant, sessionId, 'print', { userId: 'u-1' });
    const events = eventsBetween(undefined, opened);
    await activities.openSession({ tenant, state: opened, fingerprint: 'print', run: 'r', events });
  });
  afterEach(() => undisturbed(aws));

  const ended: SessionState = { ...opened, status: 'rejected', reasons: ['duplicate_face'], revision: 7 };
  const log = logged({
    events: eventsBetween({ ...opened, status: 'processing' }, { ...ended, updatedAt: endedAt }),
    facts: Array.from({ length: 30 }, (_, at) => fact(at + 1)),
    timeline: { processingMs: 5, personMs: 0, operatorMs: 0, since: endedAt, endedAt, provisional: true },
    closest,
  });
  const save = (state: SessionState = ended, written = log) =>
    activities.saveSession({
      ...{ tenant, state, faceKey: 'abcdefghijklmnop', spent: [], retention: policyWith().retention },
      log: written,
    });
  const eventTypes = async () => {
    const { events } = await aws.ports.events.listOfSession(tenant, sessionId, { limit: 100 });
    return events.map(({ type }) => type.split('.')[1]);
  };

  it('reads back as it was: facts in order, the decision, and events', async () => {
    await save();
    assert.deepEqual(await aws.ports.facts.read(tenant, sessionId), log.facts);
    const [decision, ...more] = await aws.ports.facts.decisions(tenant, '2024-03-05');
    assert.deepEqual(more, []);
    assert.deepEqual(
      [decision?.sessionId, decision?.duplicateOf, decision?.provisional, decision?.step],
      [sessionId, closest, true, 'duplicate'],
    );
    assert.deepEqual(await eventTypes(), ['created', 'requires_input', 'rejected']);
  });

  it('is the same after a repeat, also of one whose answer was lost', async () => {
    loseAnswer(aws, 'dynamodb', 'BatchWriteItem');
    await assert.rejects(save());
    await save();
    await save();
    assert.equal((await aws.ports.facts.read(tenant, sessionId)).length, 30);
    assert.equal((await aws.ports.facts.decisions(tenant, '2024-03-05')).length, 1);
    assert.deepEqual(await eventTypes(), ['created', 'requires_input', 'rejected']);
  });

  it('of a decision keeps what was found later, whatever comes late', async () => {
    const verified: SessionState = { ...ended, status: 'verified', reasons: [] };
    await save({ ...verified, revision: 8, flagged: 'duplicate_face' });
    await save(verified);
    const [decision] = await aws.ports.facts.decisions(tenant, '2024-03-05');
    assert.deepEqual([decision?.flagged, decision?.duplicateOf], ['duplicate_face', closest]);
  });

  it('shows in the table what is counted, and of people and photos nothing', async () => {
    await save();
    const { Items = [] } = await aws.clients.dynamodb.send(
      new ScanCommand({ TableName: aws.settings.IDV_TABLE, ConsistentRead: true }),
    );
    const own = Items.filter(({ pk }) => pk?.S?.startsWith(`${tenant.account}#`));
    const facts = own.filter(({ sk }) => sk?.S?.startsWith('FACT#'));
    assert.equal(facts.length, 30);
    for (const row of facts) assert.deepEqual(Object.keys(row).sort(), ['pk', 'sealed', 'sk']);
    const decision = own.find(({ sk }) => sk?.S === 'DECISION');
    assert.deepEqual([decision?.reason?.S, decision?.day?.S], ['duplicate_face', '2024-03-05']);
    const readable = JSON.stringify(own, (_key, value) =>
      value?.B ? { B: Buffer.from(Object.values(value.B) as number[]).toString('latin1') } : value,
    );
    for (const secret of ['0.1234', 'image-hash', 'request-1', closest.subject, '98.5', 'u-1'])
      assert.ok(!readable.includes(secret), secret);
  });

  it('is nothing where the session was erased meanwhile', async () => {
    await aws.ports.erasures.removeSession(tenant, sessionId);
    await save();
    assert.deepEqual(await aws.ports.facts.read(tenant, sessionId), []);
    assert.deepEqual(await aws.ports.facts.decisions(tenant, '2024-03-05'), []);
    assert.deepEqual(await eventTypes(), []);
  });

  it('stays redacted, however late it is written again, and says so once', async () => {
    const evidence = { similarity: 98.5, threshold: 97, images: ['image-hash'], measures: { yaw: 3 } };
    const checks = [
      { check: 'duplicate', outcome: 'failed', reasons: ['duplicate_face'], evidence },
    ] as const;
    const state: SessionState = { ...ended, checks };
    await save(state);
    const redaction = { status: 'redacted', by: 'key', at: 1 } as const;
    const redact = () => redactSession(aws.ports, { tenant, sessionId, redaction }, () => {});
    assert.deepEqual(await redact(), { redacted: true });
    await save(state);
    const flagged: SessionState = { ...state, revision: 8, flagged: 'duplicate_suspected' };
    await save(flagged, { ...log, events: eventsBetween(state, flagged) });
    const row = await aws.ports.sessions.read(tenant, sessionId);
    assert.equal(row?.redaction?.status, 'redacted');
    assert.equal(row?.state?.flagged, 'duplicate_suspected');
    assert.deepEqual(row?.state?.checks, [{ ...checks[0], evidence: { threshold: 97 } }]);
    assert.deepEqual(await aws.ports.facts.read(tenant, sessionId), []);
    assert.equal((await aws.ports.facts.decisions(tenant, '2024-03-05')).length, 1);
    await redact();
    const told = await eventTypes();
    assert.deepEqual(
      told.filter((type) => type === 'redacted'),
      ['redacted'],
    );
    assert.equal((await aws.ports.sessions.read(tenant, sessionId))?.redaction?.status, 'redacted');
  });

  it('tells the user of what changed them, and pages through events', async () => {
    const verified: SessionState = { ...ended, status: 'verified', reasons: [], updatedAt: endedAt };
    await save(verified, { ...log, events: eventsBetween({ ...opened, status: 'processing' }, verified) });
    const user = await aws.ports.events.listOfUser(tenant, subject, { limit: 10 });
    assert.deepEqual(user, { events: [{ type: 'user.registered', at: endedAt, sessionId }] });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = { limit: 1, ...(cursor ? { cursor } : {}) };
      const { events, nextCursor } = await aws.ports.events.listOfSession(tenant, sessionId, page);
      seen.push(...events.map(({ type }) => type));
      cursor = nextCursor;
    } while (cursor);
    assert.deepEqual(
      seen,
      ['created', 'requires_input', 'verified'].map((name) => `verification_session.${name}`),
    );
  });
});
