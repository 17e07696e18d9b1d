import assert from 'node:assert/strict';
import { searchRivals } from '../../activities/search-rivals.js';
import { externalImageId } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Tenant } from '../../domain/session.js';
import { policyWith } from '../support/session-fixtures.js';
import { type OnTwin, onTwin, undisturbed } from './support/on-twin.js';
import { picture } from './support/pictures.js';
import { KEY, type Registered, registered, subjectOf } from './support/registered.js';
import { LAST_TRY, tryOf } from './support/try-of.js';

const subject = subjectOf('me');

describe('the closing search of a registration', () => {
  let aws: OnTwin;
  let tenant: Tenant;
  let anna: ImageRef;
  let own: Registered;
  before(async () => {
    aws = await onTwin();
    anna = await aws.store(picture('anna'));
  });
  beforeEach(async () => {
    tenant = await aws.tenant();
    own = await registered(aws, tenant, { name: 'me', person: 'anna', state: 'tentative' });
  });
  afterEach(() => undisturbed(aws));

  const search = (where: { only?: string; except?: string }, attempt = 1) =>
    tryOf(attempt, () =>
      searchRivals(aws.ports, {
        tenant,
        subject,
        faceKey: KEY,
        faceId: own.faceId,
        image: anna,
        policy: policyWith(),
        ...where,
      }),
    );
  const here = (attempt?: number) => search({ only: own.collection }, attempt);
  const elsewhere = (attempt?: number) => search({ except: own.collection }, attempt);

  it('sees the new face in its own collection, and nothing to settle', async () => {
    const { seen, rivals, result } = await here();
    assert.deepEqual([seen, rivals, result.outcome], [true, [], 'passed']);
    const others = await elsewhere();
    assert.deepEqual([others.seen, others.rivals, others.result.outcome], [false, [], 'passed']);
  });

  it('asks one collection, or all the others', async () => {
    const calls = async (work: () => Promise<unknown>) => {
      aws.twin.faults.clearRequests();
      await work();
      return aws.twin.faults
        .requests()
        .filter(({ operation }) => operation === 'SearchFacesByImage')
        .map(({ body }) => JSON.parse(body).CollectionId);
    };
    assert.deepEqual(await calls(here), [own.collection]);
    assert.deepEqual(await calls(elsewhere), [aws.collection(tenant, 's1')]);
  });

  it('does not see a face that is not visible yet', async () => {
    aws.twin.faults.update({ rekognition: { visibilityDelayMs: 60_000 } });
    assert.equal((await here()).seen, false);
  });

  it('names rivals that stand in line or count, wherever they are', async () => {
    const tentative = await registered(aws, tenant, {
      name: 'line',
      person: 'anna',
      alike: 98,
      state: 'tentative',
    });
    const active = await registered(aws, tenant, { name: 'active', person: 'anna', alike: 99, shard: 's1' });
    const key = ({ subject: of, faceKey, faceId }: Registered) => ({ subject: of, faceKey, faceId });
    assert.deepEqual((await here()).rivals, [key(tentative)]);
    assert.deepEqual((await elsewhere()).rivals, [key(active)]);
    assert.equal((await here()).result.outcome, 'passed'); // rank decides, not this check
  });

  it('names nobody for faces that are lost or orphans, nor for those below the duplicate threshold', async () => {
    for (const state of ['lost', 'orphan'] as const)
      await registered(aws, tenant, { name: state, person: 'anna', state });
    await registered(aws, tenant, { name: 'like', person: 'anna', alike: 96, state: 'tentative' });
    assert.deepEqual((await here()).rivals, []);
    assert.equal((await here()).result.outcome, 'passed');
  });

  it('leaves a suspect who counts to a human', async () => {
    await registered(aws, tenant, { name: 'like', person: 'anna', alike: 93 });
    const { rivals, result } = await here();
    assert.deepEqual([rivals, result.outcome, result.reasons], [[], 'incomplete', ['duplicate_suspected']]);
  });

  it('removes what a lost answer left under our own key, and nothing else', async () => {
    const surplus = async (id: string) => {
      const image = await aws.store(picture('anna', { similarity: 99 }));
      const request = {
        collection: own.collection,
        image,
        externalImageId: id,
        qualityFilter: 'HIGH' as const,
      };
      return (await aws.ports.faces.indexFace(request)).face?.faceId;
    };
    await surplus(externalImageId(subject, KEY));
    const otherKey = await surplus(externalImageId(subject, 'otherkey22222222'));
    const { seen, rivals } = await here();
    assert.deepEqual([seen, rivals], [true, []]);
    const { hits } = await aws.ports.faces.searchByImage({
      collection: own.collection,
      image: anna,
      maxFaces: 10,
      threshold: 90,
      qualityFilter: 'HIGH',
    });
    assert.deepEqual(hits?.map(({ faceId }) => faceId).sort(), [own.faceId, otherKey].sort());
  });

  it('is tried again while a shard does not answer, and then incomplete', async () => {
    aws.twin.faults.addRule({
      service: 'rekognition',
      operation: 'SearchFacesByImage',
      when: 'before',
      error: 'drop',
      match: aws.collection(tenant, 's1'),
    });
    await assert.rejects(elsewhere(1), { type: 'DependencyUnavailable' });
    const { result } = await elsewhere(LAST_TRY);
    assert.deepEqual([result.outcome, result.reasons], ['incomplete', ['duplicate_check_incomplete']]);
    assert.equal((await here()).result.outcome, 'passed');
  });
});
