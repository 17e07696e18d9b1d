import assert from 'node:assert/strict';
import { searchShards } from '../../activities/search-shards.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, refuse, undisturbed } from './support/on-twin.js';
import { picture, pictureOf } from './support/pictures.js';
import { registered, subjectOf } from './support/registered.js';

const policy = policyWith();

describe('a search over every shard', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let collections: string[];
  let anna: ImageRef;
  before(async () => {
    aws = await onTwin();
    anna = await aws.store(picture('anna'));
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    collections = ['s0', 's1'].map((shard) => aws.collection(tenant, shard));
  });
  afterEach(() => undisturbed(aws));

  const search = (changes: Partial<Parameters<typeof searchShards>[1]> = {}) =>
    searchShards(aws.ports, { tenant, collections, image: anna, policy, maxFaces: 100, ...changes });

  it('finds faces wherever they are, with the rows that vouch for them or not', async () => {
    const one = await registered(aws, tenant, { name: 'one', person: 'anna', alike: 99, shard: 's0' });
    const two = await registered(aws, tenant, {
      name: 'two',
      person: 'anna',
      alike: 95,
      shard: 's1',
      state: 'orphan',
    });
    await registered(aws, tenant, { name: 'else', person: 'berta', shard: 's1' });
    const { found, ...answer } = await search();
    assert.deepEqual(
      found.map(({ subject, faceId, collection, row }) => [subject, faceId, collection, row?.state]),
      [
        [one.subject, one.faceId, one.collection, 'active'],
        [two.subject, two.faceId, two.collection, undefined],
      ],
    );
    assert.deepEqual(found[0]?.thresholds, { match: 95, search: 95, duplicate: 97, review: 90, entry: '7' });
    const { requestIds, facts, ...rest } = answer;
    assert.deepEqual(
      facts.map((fact) => [fact.requestId, fact.collection, fact.threshold, fact.hits, fact.similarities]),
      requestIds.map((id, at) => [id, collections[at], 90, 1, facts[at]?.similarities]),
    );
    assert.equal(new Set(requestIds).size, 2);
    assert.deepEqual(rest, { noFace: false, faceModelVersions: ['7.0'], calls: 2, unanswered: [] });
  });

  it('asks for whatever the lowest threshold of the policy needs', async () => {
    await registered(aws, tenant, { name: 'low', person: 'anna', alike: 91 });
    await registered(aws, tenant, { name: 'lower', person: 'anna', alike: 88 });
    assert.deepEqual(
      (await search()).found.map(({ subject }) => subject),
      [subjectOf('low')],
    );
    const [request] = aws.twin.faults
      .requests()
      .filter(({ operation }) => operation === 'SearchFacesByImage')
      .slice(-1);
    assert.match(request?.body ?? '', /"FaceMatchThreshold":90/);
    assert.match(request?.body ?? '', /"QualityFilter":"HIGH"/);
  });

  it('reads rows strongly, and only those it does not know yet', async () => {
    const one = await registered(aws, tenant, { name: 'one', person: 'anna' });
    const two = await registered(aws, tenant, { name: 'two', person: 'anna', shard: 's1' });
    const [known] = await aws.ports.users.readFaces(tenant, [one]);
    aws.calls();
    const { found } = await search({ known: known ? [known] : [] });
    assert.deepEqual(
      found.map(({ row }) => row?.state),
      ['active', 'active'],
    );
    const [read, ...more] = aws.twin.faults.requests().filter(({ service }) => service === 'dynamodb');
    assert.deepEqual(more, []);
    assert.match(read?.body ?? '', /"ConsistentRead":true/);
    assert.ok(read?.body.includes(two.subject) && !read.body.includes(one.subject));
  });

  it('reads no rows where nothing was found', async () => {
    aws.calls();
    await search();
    assert.deepEqual(aws.calls(), ['SearchFacesByImage', 'SearchFacesByImage']);
  });

  it('says which shards did not answer, whatever kept them', async () => {
    await registered(aws, tenant, { name: 'one', person: 'anna' });
    const fail = (error: 'drop' | { name: string; status: number; message: string }) =>
      aws.twin.faults.addRule({
        service: 'rekognition',
        operation: 'SearchFacesByImage',
        when: 'before',
        error,
        match: collections[1] ?? '',
      });
    for (const error of [
      'drop' as const,
      { name: 'ThrottlingException', status: 400, message: '' },
      { name: 'InternalServerError', status: 500, message: '' },
    ]) {
      fail(error);
      const { found, unanswered, calls } = await search();
      assert.deepEqual([found.length, unanswered, calls], [1, [collections[1]], 2]);
      undisturbed(aws);
    }
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: '*',
      when: 'before',
      error: 'drop',
    });
    const nothing = await search();
    assert.deepEqual([nothing.found, nothing.noFace, nothing.unanswered], [[], false, collections]);
  });

  it('fails as a whole when an operator must act: another try would not answer either', async () => {
    refuse(aws, 'rekognition', 'SearchFacesByImage', 'AccessDeniedException', collections[0]);
    await assert.rejects(search(), { type: 'OperatorMustAct' });
    undisturbed(aws);
    await assert.rejects(search({ collections: [...collections, 'not-there'] }), { type: 'OperatorMustAct' });
  });

  it('fails when the rows cannot be read: a collection alone says nothing', async () => {
    await registered(aws, tenant, { name: 'one', person: 'anna' });
    refuse(aws, 'dynamodb', 'BatchGetItem', 'InternalServerError');
    await assert.rejects(search(), { type: 'DependencyUnavailable' });
  });

  it('says that the photo has no face to search for', async () => {
    const image = await aws.store(pictureOf([]));
    const { found, noFace, faceModelVersions } = await search({ image });
    assert.deepEqual([found, noFace, faceModelVersions], [[], true, []]);
  });

  it('leaves out faces that are not ours', async () => {
    const [collection = ''] = collections;
    for (const externalImageId of ['somebody-else', `${subjectOf('a')}:UPPER`, 'short:key']) {
      await aws.ports.faces.indexFace({ collection, image: anna, externalImageId, qualityFilter: 'HIGH' });
    }
    assert.deepEqual((await search()).found, []);
  });

  it('that has no shard to ask makes no call', async () => {
    aws.calls();
    assert.deepEqual((await search({ collections: [] })).found, []);
    assert.deepEqual(aws.calls(), []);
  });
});
