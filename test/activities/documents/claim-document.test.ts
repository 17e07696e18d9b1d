import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { documentKey, expiringKey, userDocumentKey } from '../../../activities/aws/dynamodb/keys.js';
import { type ClaimRequest, claimDocument } from '../../../activities/documents/claim-document.js';
import { keepDocument } from '../../../activities/documents/keep-document.js';
import type { SessionState, Tenant } from '../../../domain/session.js';
import { type OnTwin, onTwin } from '../support/on-twin.js';
import { registered, subjectOf } from '../support/registered.js';
import { sessionState } from '../support/rows.js';
import { LAST_TRY, tryOf } from '../support/try-of.js';

const me = subjectOf('me');
const fields = {
  type: 'passport',
  issuingCountry: 'USA',
  documentNumber: 'D2314',
  birthDate: '1990-02-03',
  expiresOn: '2035-03-14',
} as const;

describe('the number of a document', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let hash: string;
  before(async () => {
    aws = await onTwin();
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    hash = aws.ports.documents.hashOf(tenant, fields) ?? '';
  });

  const claim = (
    subject: string,
    sessionId: string,
    reuse: ClaimRequest['reuse'] = 'reject',
    tries = LAST_TRY,
  ) => tryOf(tries, () => claimDocument(aws.ports, { tenant, subject, sessionId, hash, reuse }));
  const row = async (key: Record<string, string>) => {
    const command = new GetItemCommand({ TableName: 'idv', Key: marshall(key), ConsistentRead: true });
    const { Item } = await aws.clients.dynamodb.send(command);
    return Item && unmarshall(Item);
  };
  const owner = async () => (await row(documentKey(tenant, hash)))?.subject;
  async function session(sessionId: string, changes: Partial<SessionState> = {}) {
    const state = sessionState(sessionId, { subject: me, inputs: ['selfie', 'document_front'], ...changes });
    await aws.ports.sessions.create(tenant, sessionId, 'print', {});
    await aws.ports.sessions.open(tenant, state, 'print', 'run');
    return state;
  }

  it('is hashed with the key, for its tenant and birth, however it is written and whatever else is read', () => {
    const { hashOf } = aws.ports.documents;
    assert.equal(hashOf(tenant, { ...fields, documentNumber: 'd-23 14' }), hash);
    assert.equal(hashOf(tenant, { documentNumber: 'D2314', birthDate: '1990-02-03' }), hash);
    assert.equal(hashOf(tenant, { birthDate: '1990-02-03' }), undefined);
    assert.equal(hashOf(tenant, { documentNumber: 'D2314' }), undefined);
    for (const other of [{ documentNumber: 'D2315' }, { birthDate: '1990-03-02' }])
      assert.notEqual(hashOf(tenant, { ...fields, ...other }), hash);
    assert.notEqual(hashOf({ ...tenant, mode: 'live' }, fields), hash);
  });

  it('is taken by the first, and again by whoever has it; let go only by the session that took it', async () => {
    assert.deepEqual(
      [(await claim(me, 's-1')).outcome, (await claim(me, 's-1')).outcome],
      ['passed', 'passed'],
    );
    await aws.ports.documents.release(tenant, hash, 's-2');
    assert.equal(await owner(), me);
    await aws.ports.documents.release(tenant, hash, 's-1');
    assert.equal(await owner(), undefined);
  });

  it('of another registered user is as the policy says', async () => {
    const { subject } = await registered(aws, tenant, { name: 'other', person: 'anna' });
    await claim(subject, 's-other');
    const told = async (reuse: ClaimRequest['reuse']) => {
      const { outcome, reasons } = await claim(me, 's-1', reuse);
      return [outcome, ...reasons];
    };
    assert.deepEqual(await told('reject'), ['failed', 'document_reused']);
    assert.deepEqual(await told('review'), ['incomplete', 'document_reused_review']);
    assert.deepEqual((await claim(me, 's-1', 'review')).suspects, [{ subject }]);
    assert.deepEqual(await told('allow'), ['passed']);
    assert.equal(await owner(), subject);
  });

  it('of a user who is gone is taken over', async () => {
    await claim(subjectOf('gone'), 's-gone');
    assert.equal((await claim(me, 's-1')).outcome, 'passed');
    assert.equal(await owner(), me);
  });

  it('that another session is about to register is waited for, and then left to a human', async () => {
    const other = subjectOf('other');
    await session('s-other', { subject: other });
    await claim(other, 's-other');
    await assert.rejects(claim(me, 's-1', 'reject', 1), { type: 'DependencyUnavailable' });
    assert.deepEqual((await claim(me, 's-1', 'reject')).reasons, ['document_check_incomplete']);
    // Over, and it has made no face count.
    await aws.ports.sessions.save(tenant, sessionState('s-other', { status: 'rejected', revision: 2 }));
    assert.equal((await claim(me, 's-1', 'reject', 1)).outcome, 'passed');
  });

  describe('and what the document says', () => {
    const document = () => ({ fields, hash });

    it('are kept with the session, sealed, until it is over; of the latest attempt', async () => {
      const { sessions } = aws.ports;
      const id = randomUUID();
      assert.equal(await sessions.saveDocument(tenant, id, 1, document()), false, 'there is no such session');
      const state = await session(id);
      assert.equal(await sessions.saveDocument(tenant, id, 2, document()), true);
      assert.equal(
        await sessions.saveDocument(tenant, id, 1, undefined),
        false,
        'an attempt that is long over',
      );
      assert.deepEqual((await sessions.read(tenant, id))?.document, document());
      await sessions.save(tenant, { ...state, status: 'canceled', revision: 2 });
      assert.equal(await sessions.saveDocument(tenant, id, 3, undefined), false, 'the session is over');
      assert.deepEqual((await sessions.read(tenant, id))?.document, document());
    });

    async function verified(id: string) {
      const state = await session(id);
      await aws.ports.sessions.saveDocument(tenant, id, 1, document());
      await claim(me, id);
      const checks = [{ check: 'document', outcome: 'passed', reasons: [], evidence: {} }] as const;
      return { ...state, status: 'verified', checks } as SessionState;
    }
    const kept = async () => ({
      own: (await row(userDocumentKey(tenant, me, hash)))?.expiresOn,
      day: (await row(expiringKey(tenant, fields.expiresOn, me)))?.hash,
      claim: await owner(),
    });

    it('stay with the user whom the session made', async () => {
      const state = await verified('session-of-me');
      await registered(aws, tenant, { name: 'me', person: 'anna' });
      for (const _ of ['once', 'again']) await keepDocument(aws.ports, tenant, state);
      assert.deepEqual(await kept(), { own: fields.expiresOn, day: hash, claim: me });
    });

    it('stay after a photo update, however late the registration says once more that it ended', async () => {
      const state = await verified('session-of-me');
      const first = await registered(aws, tenant, { name: 'me', person: 'anna' });
      await keepDocument(aws.ports, tenant, state);
      await registered(aws, tenant, { name: 'me', person: 'anna', faceKey: 'updated222222222' });
      await aws.ports.users.replaceFace(tenant, first);
      await keepDocument(aws.ports, tenant, state);
      assert.deepEqual(await kept(), { own: fields.expiresOn, day: hash, claim: me });
    });

    it('do not come back after the user was erased meanwhile', async () => {
      await keepDocument(aws.ports, tenant, await verified('s-1'));
      assert.deepEqual(await kept(), { own: undefined, day: undefined, claim: undefined });
    });

    it('are let go of where the session made no user', async () => {
      const state = await verified('s-1');
      await keepDocument(aws.ports, tenant, { ...state, status: 'needs_review' });
      assert.deepEqual(await kept(), { own: undefined, day: undefined, claim: undefined });
    });
  });
});
