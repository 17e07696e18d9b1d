import assert from 'node:assert/strict';
import {
  DetectFacesCommand,
  DetectLabelsCommand,
  ListCollectionsCommand,
  ListFacesCommand,
  ProvisionedThroughputExceededException,
  SearchFacesByImageCommand,
  SearchFacesCommand,
} from '@aws-sdk/client-rekognition';
import { engine, portrait } from '../photos.js';
import { clientOf, credentials, startRekognition } from '../support.js';
import { api, contract, guide, refused, type Twin } from './contract.js';

const common = 'https://docs.aws.amazon.com/rekognition/latest/APIReference/CommonErrors.html';
const quotas = 'https://docs.aws.amazon.com/general/latest/gr/rekognition.html';
const list = ({ client }: Twin) => client.send(new ListCollectionsCommand({}));

contract('The protocol', [
  {
    says: 'needs a signature',
    page: common,
    check: async ({ url }) => {
      const headers = { 'x-amz-target': 'RekognitionService.ListCollections' };
      const response = await fetch(url, { method: 'POST', headers, body: '{}' });
      assert.equal(response.status, 400);
      assert.equal(
        ((await response.json()) as { __type: string }).__type,
        'MissingAuthenticationTokenException',
      );
    },
  },
  {
    says: 'needs a key that is known, and its secret',
    page: common,
    check: async ({ url }) => {
      const ask = (keys: typeof credentials) => clientOf(url, keys).send(new ListCollectionsCommand({}));
      await refused(ask({ ...credentials, accessKeyId: 'stranger' }), 'UnrecognizedClientException');
      await refused(ask({ ...credentials, secretAccessKey: 'guess' }), 'InvalidSignatureException');
    },
  },
  {
    says: 'knows no operations but its own',
    page: common,
    check: ({ client }) =>
      refused(
        client.send(new DetectLabelsCommand({ Image: { Bytes: portrait('audrey') } })),
        'UnknownOperationException',
      ),
  },
  {
    says: 'tells the request id in x-amzn-RequestId, and errors as the guide shows',
    page: guide('error-handling'),
    check: async (twin) => {
      const { $metadata } = await list(twin);
      assert.match($metadata.requestId ?? '', /^[0-9a-f-]{36}$/);
      const missing = twin.client.send(new ListFacesCommand({ CollectionId: 'none' }));
      await assert.rejects(missing, { name: 'ResourceNotFoundException', Code: 'ResourceNotFoundException' });
    },
  },
  {
    says: 'throttles an operation over its quota, and that one only',
    page: quotas,
    check: async (twin) => {
      twin.faults.update({ rekognition: { operations: { ListCollections: { quota: 5 } } } });
      const started = performance.now();
      const outcomes = await Promise.allSettled(Array.from({ length: 60 }, () => list(twin)));
      const passed = outcomes.filter(({ status }) => status === 'fulfilled').length;
      const most = 5 + ((performance.now() - started) / 1000) * 5; // the burst, and what flowed in meanwhile
      assert.ok(passed >= 5 && passed <= most, `${passed} passed, at most ${most} may`);
      const refusal = outcomes.find((outcome) => outcome.status === 'rejected');
      assert.ok(refusal?.reason instanceof ProvisionedThroughputExceededException);
      await twin.collection();
    },
  },
  {
    says: 'lets the quota through, second by second',
    page: quotas,
    check: async (twin) => {
      twin.faults.update({ rekognition: { operations: { ListCollections: { quota: 50, burst: 1 } } } });
      const started = performance.now();
      const elapsed = (): number => performance.now() - started;
      let [asked, passed] = [0, 0];
      for (; elapsed() < 600; asked++)
        await list(twin).then(
          () => passed++,
          () => undefined,
        );
      const quota = (elapsed() / 1000) * 50;
      assert.ok(passed <= quota + 1, `${passed} passed, at most ${quota} may`);
      assert.ok(passed >= Math.min(asked, quota) / 2, `${passed} of ${asked} passed, about ${quota} should`);
    },
  },
  {
    says: 'can fail before the effect, and after it',
    page: guide('error-handling'),
    check: async (twin) => {
      const id = await twin.collection();
      const error = { name: 'InternalServerError', status: 500, message: 'Internal server error' };
      const rule = { service: 'rekognition', operation: 'IndexFaces', error, times: 1 } as const;
      const faces = async () =>
        (await twin.client.send(new ListFacesCommand({ CollectionId: id }))).Faces?.length;
      twin.faults.addRule({ ...rule, when: 'before' });
      await refused(twin.index(id, portrait('audrey')), 'InternalServerError', undefined, 500);
      assert.equal(await faces(), 0);
      twin.faults.addRule({ ...rule, when: 'after' });
      await refused(twin.index(id, portrait('audrey')), 'InternalServerError', undefined, 500);
      assert.equal(await faces(), 1);
      twin.faults.addRule({ ...rule, when: 'after', error: 'drop' });
      await assert.rejects(twin.index(id, portrait('cage')), { code: 'ECONNRESET' });
      assert.equal(await faces(), 2);
    },
  },
  {
    says: 'hides faces from searches and lists for as long as it is told',
    page: api('IndexFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      twin.faults.update({ rekognition: { visibilityDelayMs: 60_000 } });
      const { FaceRecords } = await twin.index(CollectionId, portrait('audrey'), { ExternalImageId: 'a' });
      const FaceId = FaceRecords?.[0]?.Face?.FaceId as string;
      const search = new SearchFacesByImageCommand({
        CollectionId,
        Image: { Bytes: portrait('audrey_crop') },
      });
      assert.deepEqual((await twin.client.send(search)).FaceMatches, []);
      assert.deepEqual((await twin.client.send(new ListFacesCommand({ CollectionId }))).Faces, []);
      const byId = new SearchFacesCommand({ CollectionId, FaceId });
      await refused(twin.client.send(byId), 'InvalidParameterException', /not found in the collection/);

      const again = await twin.index(CollectionId, portrait('audrey'), { ExternalImageId: 'a' });
      assert.equal(again.FaceRecords?.[0]?.Face?.FaceId, FaceId, 'the duplicate rule sees it at once');
      twin.faults.update({ rekognition: { visibilityDelayMs: 0 } });
      assert.equal((await twin.client.send(search)).FaceMatches?.[0]?.Face?.FaceId, FaceId);
    },
  },
  {
    says: 'logs each request, without the image',
    page: guide('images-bytes'),
    check: async (twin) => {
      await twin.client.send(new DetectFacesCommand({ Image: { Bytes: portrait('audrey') } }));
      const entry = twin.faults.requests().at(-1);
      assert.deepEqual([entry?.operation, entry?.status], ['DetectFaces', 200]);
      assert.ok((entry?.body.length as number) < 1000);
      assert.equal(entry?.headers['x-amz-target'], 'RekognitionService.DetectFaces');
    },
  },
]);

describe('The rekognition server', () => {
  it('answers a health check without a signature', async () => {
    const running = await startRekognition({ engine });
    assert.equal((await fetch(running.url)).status, 200);
    await running.close();
  });
});
