import assert from 'node:assert/strict';
import { searchDuplicates } from '../../activities/search-duplicates.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture, pictureOf } from './support/pictures.js';
import { registered, subjectOf } from './support/registered.js';
import { LAST_TRY, tryOf } from './support/try-of.js';

const subject = subjectOf('me');

describe('the search for duplicates', () => {
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

  const search = (image = anna, attempt = 1) =>
    tryOf(attempt, () => searchDuplicates(aws.ports, { tenant, subject, image, policy: policyWith() }));
  const unanswered = (shard: string) =>
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'SearchFacesByImage',
      when: 'before',
      error: 'drop',
      match: aws.collection(tenant, shard),
    });

  it('passes where nobody looks like it', async () => {
    await registered(aws, tenant, { name: 'else', person: 'berta' });
    const { evidence, facts, ...result } = await search();
    assert.equal(facts?.length, 2);
    assert.deepEqual(result, { check: 'duplicate', outcome: 'passed', reasons: [] });
    assert.deepEqual([evidence.calls, evidence.unanswered, evidence.images], [2, [], [anna.sha256]]);
    assert.deepEqual([evidence.faceModelVersion, evidence.requestIds?.length], ['7.0', 2]);
  });

  for (const shard of ['s0', 's1']) {
    it(`refuses a person who is registered under another user, in shard ${shard} too`, async () => {
      await registered(aws, tenant, { name: 'other', person: 'anna', alike: 98, shard });
      const { outcome, reasons, evidence, closest } = await search();
      assert.deepEqual([outcome, reasons], ['failed', ['duplicate_face']]);
      assert.ok(Math.abs((evidence.similarity ?? 0) - 98) < 0.5);
      assert.deepEqual(closest, { subject: subjectOf('other'), similarity: evidence.similarity });
      assert.deepEqual([evidence.threshold, evidence.thresholdEntry], [97, '7']);
    });
  }

  it('asks a human about somebody who may be the same', async () => {
    await registered(aws, tenant, { name: 'other', person: 'anna', alike: 93 });
    const { outcome, reasons, suspects, evidence } = await search();
    assert.deepEqual([outcome, reasons], ['incomplete', ['duplicate_suspected']]);
    assert.deepEqual(suspects, [{ subject: subjectOf('other'), similarity: evidence.similarity }]);
  });

  it('is not disturbed by faces of the user itself', async () => {
    await registered(aws, tenant, { name: 'me', person: 'anna' });
    assert.equal((await search()).outcome, 'passed');
  });

  for (const state of ['orphan', 'tentative', 'lost'] as const) {
    it(`counts a face that is ${state} for nobody`, async () => {
      await registered(aws, tenant, { name: 'other', person: 'anna', state });
      assert.equal((await search()).outcome, 'passed');
    });
  }

  it('counts a face that its row does not list for nobody', async () => {
    const other = await registered(aws, tenant, { name: 'other', person: 'berta' });
    await registered(aws, tenant, { name: 'other', person: 'anna', state: 'orphan', shard: 's1' });
    assert.equal((await search()).outcome, 'passed');
    assert.equal((await aws.ports.users.readFaces(tenant, [other])).length, 1);
  });

  it('finds the one face that counts among thirty that do not', async () => {
    const collection = aws.collection(tenant);
    for (let i = 0; i < 30; i++) {
      const image = await aws.store(picture('anna'));
      const externalImageId = `${subjectOf('orphan')}:${'abcdefghijklmnopqrstuvwxyz234567'[i]}`;
      await aws.ports.faces.indexFace({ collection, image, externalImageId, qualityFilter: 'NONE' });
    }
    await registered(aws, tenant, { name: 'other', person: 'anna', alike: 97.5 });
    assert.deepEqual((await search()).reasons, ['duplicate_face']);
  });

  it('is tried again while a shard does not answer, and then says so: never "no duplicate"', async () => {
    unanswered('s1');
    for (let attempt = 1; attempt < LAST_TRY; attempt++) {
      await assert.rejects(search(anna, attempt), { type: 'DependencyUnavailable', nonRetryable: false });
    }
    const { outcome, reasons, evidence } = await search(anna, LAST_TRY);
    assert.deepEqual([outcome, reasons], ['incomplete', ['duplicate_check_incomplete']]);
    assert.deepEqual(evidence.unanswered, [aws.collection(tenant, 's1')]);
  });

  it('refuses a duplicate that was found although another shard does not answer', async () => {
    await registered(aws, tenant, { name: 'other', person: 'anna' });
    unanswered('s1');
    assert.deepEqual((await search(anna, LAST_TRY)).reasons, ['duplicate_face']);
  });

  it('of a suspect is incomplete for the shard that does not answer', async () => {
    await registered(aws, tenant, { name: 'other', person: 'anna', alike: 93 });
    unanswered('s1');
    assert.deepEqual((await search(anna, LAST_TRY)).reasons, ['duplicate_check_incomplete']);
  });

  it('of a photo without a face that can be searched for asks for a better one', async () => {
    for (const bytes of [pictureOf([]), picture('anna', { held: true })]) {
      const { outcome, reasons } = await search(await aws.store(bytes));
      assert.deepEqual([outcome, reasons], ['failed', ['selfie_low_quality']]);
    }
  });
});
