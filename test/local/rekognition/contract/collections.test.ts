import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  CreateCollectionCommand,
  DeleteCollectionCommand,
  DeleteFacesCommand,
  DescribeCollectionCommand,
  IndexFacesCommand,
  ListCollectionsCommand,
  ListFacesCommand,
  ListTagsForResourceCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-rekognition';
import { portrait } from '../photos.js';
import { api, contract, guide, refused, type Twin } from './contract.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const describeIt = ({ client }: Twin, CollectionId: string) =>
  client.send(new DescribeCollectionCommand({ CollectionId }));

contract('Collections', [
  {
    says: 'are created with an ARN and the version of the face model',
    page: api('CreateCollection'),
    check: async ({ client }) => {
      const CollectionId = `people_1.a-${randomUUID()}`;
      const made = await client.send(new CreateCollectionCommand({ CollectionId }));
      assert.deepEqual([made.StatusCode, made.FaceModelVersion], [200, '7.0']);
      assert.match(
        made.CollectionArn ?? '',
        new RegExp(`^aws:rekognition:us-east-1:\\d{12}:collection/${CollectionId}$`),
      );
    },
  },
  {
    says: 'have names of letters, digits, dot, dash and underscore, 1 to 255 of them',
    page: api('CreateCollection'),
    check: async ({ client }) => {
      for (const CollectionId of ['', 'a b', 'ä', 'a/b', 'x'.repeat(256)]) {
        await refused(
          client.send(new CreateCollectionCommand({ CollectionId })),
          'InvalidParameterException',
          /collectionId/,
        );
      }
      await client.send(new CreateCollectionCommand({ CollectionId: 'x'.repeat(255) }));
    },
  },
  {
    says: 'cannot be created twice',
    page: guide('error-handling'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      const again = () => twin.client.send(new CreateCollectionCommand({ CollectionId }));
      await assert.rejects(again(), ResourceAlreadyExistsException);
      await refused(
        again(),
        'ResourceAlreadyExistsException',
        new RegExp(`^The collection id: ${CollectionId} already exists`),
      );
    },
  },
  {
    says: 'are described by count, version, ARN and time',
    page: api('DescribeCollection'),
    check: async (twin) => {
      const id = await twin.collection();
      await twin.index(id, portrait('audrey'));
      const found = await describeIt(twin, id);
      assert.deepEqual([found.FaceCount, found.FaceModelVersion, found.UserCount], [1, '7.0', 0]);
      assert.match(found.CollectionARN ?? '', /^arn:aws:rekognition:us-east-1:\d{12}:collection\//);
      assert.ok(Math.abs((found.CreationTimestamp?.getTime() as number) - Date.now()) < 60_000);
    },
  },
  {
    says: 'are listed page by page',
    page: api('ListCollections'),
    check: async (twin) => {
      const ids = [await twin.collection(), await twin.collection(), await twin.collection()];
      const seen: string[] = [];
      for (let NextToken: string | undefined; ; ) {
        const page = await twin.client.send(
          new ListCollectionsCommand({ MaxResults: 2, ...(NextToken && { NextToken }) }),
        );
        assert.equal(page.CollectionIds?.length, page.FaceModelVersions?.length);
        seen.push(...(page.CollectionIds ?? []));
        NextToken = page.NextToken;
        if (!NextToken) break;
      }
      assert.ok(ids.every((id) => seen.filter((other) => other === id).length === 1));
      await refused(
        twin.client.send(new ListCollectionsCommand({ NextToken: 'nonsense' })),
        'InvalidPaginationTokenException',
      );
    },
  },
  {
    says: 'are gone when deleted, with their faces',
    page: api('DeleteCollection'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      await twin.index(CollectionId, portrait('audrey'));
      assert.equal((await twin.client.send(new DeleteCollectionCommand({ CollectionId }))).StatusCode, 200);
      await assert.rejects(describeIt(twin, CollectionId), ResourceNotFoundException);
      await refused(
        twin.client.send(new DeleteCollectionCommand({ CollectionId })),
        'ResourceNotFoundException',
      );
      await twin.client.send(new CreateCollectionCommand({ CollectionId }));
      assert.equal((await describeIt(twin, CollectionId)).FaceCount, 0);
    },
  },
  {
    says: 'must be there for every operation on faces',
    page: guide('error-handling'),
    check: async ({ client }) => {
      const CollectionId = 'nobody-made-this';
      const message = /^The collection id: nobody-made-this does not exist/;
      const Image = { Bytes: portrait('audrey') };
      await refused(
        client.send(new IndexFacesCommand({ CollectionId, Image })),
        'ResourceNotFoundException',
        message,
      );
      await refused(
        client.send(new ListFacesCommand({ CollectionId })),
        'ResourceNotFoundException',
        message,
      );
      const FaceIds = [randomUUID()];
      await refused(
        client.send(new DeleteFacesCommand({ CollectionId, FaceIds })),
        'ResourceNotFoundException',
        message,
      );
    },
  },
  {
    says: 'carry tags',
    page: api('TagResource'),
    check: async ({ client }) => {
      const CollectionId = randomUUID();
      const { CollectionArn } = await client.send(
        new CreateCollectionCommand({ CollectionId, Tags: { team: 'red' } }),
      );
      const ResourceArn = `arn:${CollectionArn}`;
      await client.send(new TagResourceCommand({ ResourceArn, Tags: { team: 'blue', stage: 'test' } }));
      await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['stage', 'none'] }));
      assert.deepEqual((await client.send(new ListTagsForResourceCommand({ ResourceArn }))).Tags, {
        team: 'blue',
      });
      const nowhere = { ResourceArn: `${ResourceArn}-x`, Tags: {} };
      await refused(client.send(new TagResourceCommand(nowhere)), 'ResourceNotFoundException');
      const Tags = Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`k${i}`, 'v']));
      await refused(
        client.send(new TagResourceCommand({ ResourceArn, Tags })),
        'ServiceQuotaExceededException',
      );
    },
  },
]);

contract('ListFaces and DeleteFaces', [
  {
    says: 'list faces page by page, as they were indexed',
    page: api('ListFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      for (const name of ['audrey', 'cage', 'bieber_small']) {
        await twin.index(CollectionId, portrait(name), { ExternalImageId: name });
      }
      const first = await twin.client.send(new ListFacesCommand({ CollectionId, MaxResults: 2 }));
      assert.deepEqual([first.Faces?.length, first.FaceModelVersion], [2, '7.0']);
      const NextToken = first.NextToken as string;
      const second = await twin.client.send(new ListFacesCommand({ CollectionId, MaxResults: 2, NextToken }));
      assert.deepEqual([second.Faces?.length, second.NextToken], [1, undefined]);
      const faces = [...(first.Faces ?? []), ...(second.Faces ?? [])];
      assert.deepEqual(
        faces.map((face) => face.ExternalImageId),
        ['audrey', 'cage', 'bieber_small'],
      );
      assert.ok(faces.every((face) => UUID.test(face.FaceId ?? '') && UUID.test(face.ImageId ?? '')));
    },
  },
  {
    says: 'take a token only for the collection it was made for',
    page: api('ListFaces'),
    check: async (twin) => {
      const [one, other] = [await twin.collection(), await twin.collection()];
      for (const name of ['audrey', 'cage']) await twin.index(one, portrait(name));
      const { NextToken } = await twin.client.send(
        new ListFacesCommand({ CollectionId: one, MaxResults: 1 }),
      );
      const foreign = new ListFacesCommand({ CollectionId: other, NextToken: NextToken as string });
      await refused(twin.client.send(foreign), 'InvalidPaginationTokenException');
    },
  },
  {
    says: 'list the faces of given ids',
    page: api('ListFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      const { FaceRecords } = await twin.index(CollectionId, portrait('audrey'));
      await twin.index(CollectionId, portrait('cage'));
      const FaceIds = [FaceRecords?.[0]?.Face?.FaceId as string, randomUUID()];
      const { Faces } = await twin.client.send(new ListFacesCommand({ CollectionId, FaceIds }));
      assert.deepEqual(
        Faces?.map((face) => face.FaceId),
        FaceIds.slice(0, 1),
      );
    },
  },
  {
    says: 'delete faces, and say which were not there',
    page: api('DeleteFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      const { FaceRecords } = await twin.index(CollectionId, portrait('audrey'));
      const [known, unknown] = [FaceRecords?.[0]?.Face?.FaceId as string, randomUUID()];
      const deleted = await twin.client.send(
        new DeleteFacesCommand({ CollectionId, FaceIds: [known, unknown] }),
      );
      assert.deepEqual(deleted.DeletedFaces, [known]);
      assert.deepEqual(deleted.UnsuccessfulFaceDeletions, [{ FaceId: unknown, Reasons: ['FACE_NOT_FOUND'] }]);
      assert.equal((await describeIt(twin, CollectionId)).FaceCount, 0);
    },
  },
  {
    says: 'take 1 to 4,096 ids, each a UUID in lower case',
    page: api('DeleteFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      for (const FaceIds of [
        [],
        ['nobody'],
        [randomUUID().toUpperCase()],
        new Array(4097).fill(randomUUID()),
      ]) {
        await refused(
          twin.client.send(new DeleteFacesCommand({ CollectionId, FaceIds })),
          'InvalidParameterException',
          /faceIds/,
        );
      }
    },
  },
]);
