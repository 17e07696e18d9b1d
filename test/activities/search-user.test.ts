import assert from 'node:assert/strict';
import { searchEveryShard, searchOwnShard } from '../../activities/search-user.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { AuthenticationPolicy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture, pictureOf } from './support/pictures.js';
import { registered, subjectOf } from './support/registered.js';

describe('the search at login', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let anna: ImageRef;
  before(async () => {
    aws = await onTwin();
    anna = await aws.store(picture('anna'));
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
  });
  afterEach(() => undisturbed(aws));

  type Settings = Partial<AuthenticationPolicy>;
  const known = (name: string, settings: Settings = {}, image = anna) =>
    searchOwnShard(aws.ports, {
      tenant,
      subject: subjectOf(name),
      image,
      policy: policyWith({ authentication: settings }),
    });
  const unknown = (settings: Settings = {}, image = anna) =>
    searchEveryShard(aws.ports, { tenant, image, policy: policyWith({ authentication: settings }) });
  const outcome = ({ result, subject }: Awaited<ReturnType<typeof known>>) => [
    result.outcome,
    result.reasons,
    subject,
  ];
  const unanswered = (shard: string) =>
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'SearchFacesByImage',
      when: 'before',
      error: 'drop',
      match: aws.collection(tenant, shard),
    });

  it('of a known user asks the one collection that the user’s rows name', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna', alike: 98, shard: 's1' });
    aws.calls();
    const answer = await known('me');
    assert.deepEqual(outcome(answer), ['passed', [], subjectOf('me')]);
    assert.deepEqual(aws.calls(), ['Query', 'SearchFacesByImage']);
    const { similarity, threshold, calls, faceModelVersion } = answer.result.evidence;
    assert.ok(Math.abs((similarity ?? 0) - 98) < 0.5);
    assert.deepEqual([threshold, calls, faceModelVersion], [95, 1, '7.0']);
  });

  it('of an unknown user asks every shard, and finds whoever is most alike', async () => {
    await registered(aws, tenant, { name: 'less', person: 'anna', alike: 96, shard: 's0' });
    await registered(aws, tenant, { name: 'most', person: 'anna', alike: 99, shard: 's1' });
    const answer = await unknown();
    assert.deepEqual(outcome(answer), ['passed', [], subjectOf('most')]);
    assert.equal(answer.result.evidence.calls, 2);
  });

  it('of a user without an active face asks nobody', async () => {
    await registered(aws, tenant, { name: 'line', person: 'anna', state: 'tentative' });
    await registered(aws, tenant, { name: 'lost', person: 'anna', state: 'lost' });
    aws.calls();
    for (const name of ['line', 'lost', 'nobody']) {
      assert.deepEqual(outcome(await known(name)), ['failed', ['user_not_registered'], undefined]);
    }
    assert.deepEqual(aws.calls(), ['Query', 'Query', 'Query']);
  });

  for (const state of ['orphan', 'tentative', 'lost'] as const) {
    it(`recognises nobody by a face that is ${state}`, async () => {
      await registered(aws, tenant, { name: 'other', person: 'anna', state });
      assert.deepEqual(outcome(await unknown()), ['failed', ['face_not_recognised'], undefined]);
      await registered(aws, tenant, { name: 'me', person: 'anna', alike: 97 });
      assert.deepEqual(outcome(await known('me')), ['passed', [], subjectOf('me')]);
    });
  }

  it('refuses an impostor, who is nobody or somebody else', async () => {
    await registered(aws, tenant, { name: 'me', person: 'berta' });
    assert.deepEqual(outcome(await known('me')), ['failed', ['face_not_recognised'], undefined]);
    await registered(aws, tenant, { name: 'anna', person: 'anna' });
    assert.deepEqual(outcome(await known('me')), ['failed', ['face_not_recognised'], undefined]);
  });

  it('refuses who is below the threshold, and keeps how far', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna', alike: 93 });
    const answer = await known('me');
    assert.deepEqual(outcome(answer), ['failed', ['face_not_recognised'], undefined]);
    assert.ok(Math.abs((answer.result.evidence.similarity ?? 0) - 93) < 0.5);
    assert.deepEqual(outcome(await unknown()), ['failed', ['face_not_recognised'], undefined]);
  });

  it('does not choose between two who are nearly as alike', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna', alike: 98.4 });
    await registered(aws, tenant, { name: 'other', person: 'anna', alike: 98 });
    for (const search of [(settings: Settings) => known('me', settings), unknown]) {
      assert.deepEqual(outcome(await search({ nearTie: 'reject' })), [
        'failed',
        ['ambiguous_match'],
        undefined,
      ]);
      assert.deepEqual(outcome(await search({ nearTie: 'review' })), [
        'incomplete',
        ['ambiguous_match_review'],
        subjectOf('me'),
      ]);
      const { suspects = [] } = (await search({ nearTie: 'review' })).result;
      assert.deepEqual(
        suspects.map(({ subject, recognised }) => [subject, recognised]),
        [
          [subjectOf('me'), true],
          [subjectOf('other'), undefined],
        ],
      );
      assert.deepEqual(outcome(await search({ margin: 0.01 })), ['passed', [], subjectOf('me')]);
    }
  });

  it('takes several faces of one user for one', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna', alike: 98 });
    await registered(aws, tenant, {
      name: 'me',
      person: 'anna',
      alike: 98.2,
      shard: 's1',
      faceKey: 'second2222222222',
    });
    assert.deepEqual(outcome(await unknown()), ['passed', [], subjectOf('me')]);
    const answer = await known('me');
    assert.deepEqual([...outcome(answer), answer.result.evidence.calls], ['passed', [], subjectOf('me'), 2]);
  });

  it('fails, to be tried again, when a shard does not answer: the best may be there', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna', shard: 's0' });
    unanswered('s1');
    await assert.rejects(unknown(), { type: 'DependencyUnavailable', nonRetryable: false });
    assert.deepEqual(outcome(await known('me')), ['passed', [], subjectOf('me')]);
    unanswered('s0');
    await assert.rejects(known('me'), { type: 'DependencyUnavailable' });
  });

  it('asks for a better photo where there is no face good enough', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna' });
    for (const bytes of [pictureOf([]), picture('anna', { held: true })]) {
      const image = await aws.store(bytes);
      for (const answer of [await known('me', {}, image), await unknown({}, image)])
        assert.deepEqual(outcome(answer), ['failed', ['selfie_low_quality'], undefined]);
    }
  });
});
