import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import {
  DescribeCollectionCommand,
  type Reason,
  SearchFacesByImageCommand,
  type SearchFacesByImageCommandInput,
  SearchFacesCommand,
} from '@aws-sdk/client-rekognition';
import sharp, { type Sharp } from 'sharp';
import { group, portrait } from '../photos.js';
import { api, contract, refused, type Twin } from './contract.js';

const nobody = (): Promise<Buffer> =>
  sharp({ create: { width: 200, height: 200, channels: 3, background: '#48c' } })
    .jpeg()
    .toBuffer();
const count = async ({ client }: Twin, CollectionId: string): Promise<number | undefined> =>
  (await client.send(new DescribeCollectionCommand({ CollectionId }))).FaceCount;
const byImage = (
  { client }: Twin,
  CollectionId: string,
  Bytes: Uint8Array,
  more: Partial<SearchFacesByImageCommandInput> = {},
) => client.send(new SearchFacesByImageCommand({ CollectionId, Image: { Bytes }, ...more }));
const audrey = (change: (image: Sharp) => Sharp): Promise<Buffer> =>
  change(sharp(portrait('audrey')))
    .jpeg()
    .toBuffer();

const patch = { create: { width: 240, height: 170, channels: 3, background: '#555' } } as const;
const belowTheBar: readonly (readonly [reason: Reason, bytes: () => Promise<Buffer>])[] = [
  ['LOW_BRIGHTNESS', () => audrey((image) => image.linear(0.015, 0))],
  ['LOW_SHARPNESS', () => audrey((image) => image.blur(16))],
  ['SMALL_BOUNDING_BOX', () => audrey((image) => image.resize(88).extend({ right: 200, bottom: 200 }))],
  ['EXTREME_POSE', async () => group(2)],
  ['LOW_CONFIDENCE', () => audrey((image) => image.composite([{ input: patch, left: 155, top: 330 }]))],
  ['LOW_FACE_QUALITY', async () => portrait('scream_crop')],
];

contract('IndexFaces', [
  {
    says: 'answers a record for each face, largest first, with ids of the face and the image',
    page: api('IndexFaces'),
    check: async (twin) => {
      const id = await twin.collection();
      const answer = await twin.index(id, group(1), {
        ExternalImageId: 'group:1',
        DetectionAttributes: ['SMILE'],
      });
      const faces = answer.FaceRecords ?? [];
      assert.deepEqual([faces.length, answer.UnindexedFaces?.length, answer.FaceModelVersion], [3, 0, '7.0']);
      const areas = faces.map(
        ({ Face }) => (Face?.BoundingBox?.Width as number) * (Face?.BoundingBox?.Height as number),
      );
      assert.deepEqual(
        areas,
        [...areas].sort((a, b) => b - a),
      );
      assert.equal(new Set(faces.map(({ Face }) => Face?.FaceId)).size, 3);
      assert.equal(new Set(faces.map(({ Face }) => Face?.ImageId)).size, 1);
      assert.ok(
        faces.every(({ Face, FaceDetail }) => Face?.ExternalImageId === 'group:1' && FaceDetail?.Smile),
      );
      assert.equal(await count(twin, id), 3);
    },
  },
  {
    says: 'indexes nobody, without an error, where nobody is',
    page: api('IndexFaces'),
    check: async (twin) => {
      const answer = await twin.index(await twin.collection(), await nobody());
      assert.deepEqual([answer.FaceRecords, answer.UnindexedFaces], [[], []]);
    },
  },
  {
    says: 'indexes no more than MaxFaces, the largest, and says so of the others',
    page: api('IndexFaces'),
    check: async (twin) => {
      const answer = await twin.index(await twin.collection(), group(1), { MaxFaces: 1 });
      assert.deepEqual([answer.FaceRecords?.length, answer.UnindexedFaces?.length], [1, 2]);
      const largest = answer.FaceRecords?.[0]?.FaceDetail?.BoundingBox?.Width as number;
      for (const { Reasons, FaceDetail } of answer.UnindexedFaces ?? []) {
        assert.deepEqual(Reasons, ['EXCEEDS_MAX_FACES']);
        assert.ok((FaceDetail?.BoundingBox?.Width as number) <= largest * 1.3);
      }
      await refused(
        twin.index(await twin.collection(), group(1), { MaxFaces: 0 }),
        'InvalidParameterException',
        /maxFaces/,
      );
    },
  },
  ...belowTheBar.map(([reason, bytes]) => ({
    says: `leaves out faces below the bar, and says why: ${reason}`,
    page: api('UnindexedFace'),
    check: async (twin: Twin) => {
      const id = await twin.collection();
      const before = await twin.index(id, await bytes(), { QualityFilter: 'NONE', ExternalImageId: 'all' });
      assert.deepEqual(before.UnindexedFaces, []);
      const answer = await twin.index(id, await bytes(), { QualityFilter: 'HIGH' });
      const reasons = answer.UnindexedFaces?.flatMap(({ Reasons = [] }) => Reasons) ?? [];
      assert.ok(reasons.includes(reason), `${reasons}`);
      assert.ok(answer.UnindexedFaces?.[0]?.FaceDetail?.Quality);
      const all = before.FaceRecords?.length as number;
      assert.equal((answer.FaceRecords?.length as number) + (answer.UnindexedFaces?.length as number), all);
    },
  })),
  {
    says: 'filters by AUTO unless told otherwise',
    page: api('IndexFaces'),
    check: async (twin) => {
      const id = await twin.collection();
      const blurred = await audrey((image) => image.blur(16));
      assert.equal((await twin.index(id, blurred)).FaceRecords?.length, 0);
      assert.equal((await twin.index(id, blurred, { QualityFilter: 'NONE' })).FaceRecords?.length, 1);
      await refused(
        twin.index(id, blurred, { QualityFilter: 'BEST' as never }),
        'InvalidParameterException',
        /qualityFilter/,
      );
    },
  },
  {
    says: 'takes ExternalImageIds of letters, digits, dot, dash, underscore and colon',
    page: api('IndexFaces'),
    check: async (twin) => {
      const id = await twin.collection();
      for (const ExternalImageId of ['', 'a b', 'ann@example.com', 'x'.repeat(256)]) {
        await refused(
          twin.index(id, portrait('audrey'), { ExternalImageId }),
          'InvalidParameterException',
          /externalImageId/,
        );
      }
    },
  },
  {
    says: 'does not save the face of the same image and ExternalImageId twice, and names it again',
    page: api('IndexFaces'),
    check: async (twin) => {
      const id = await twin.collection();
      const ask = (ExternalImageId: string) => twin.index(id, portrait('audrey'), { ExternalImageId });
      const [first, second, other] = [await ask('a'), await ask('a'), await ask('b')];
      const faces = [first, second, other].map(({ FaceRecords }) => FaceRecords?.[0]?.Face);
      assert.equal(faces[0]?.FaceId, faces[1]?.FaceId);
      assert.equal(faces[0]?.ImageId, faces[1]?.ImageId);
      assert.notEqual(faces[0]?.FaceId, faces[2]?.FaceId);
      assert.equal(await count(twin, id), 2);
    },
  },
  {
    says: 'saves it twice when the twin is told so, because the real service promises little',
    page: api('IndexFaces'),
    check: async (twin) => {
      twin.faults.update({ rekognition: { duplicateRule: false } });
      const id = await twin.collection();
      for (let i = 0; i < 2; i++) await twin.index(id, portrait('audrey'), { ExternalImageId: 'a' });
      assert.equal(await count(twin, id), 2);
    },
  },
]);

contract('SearchFacesByImage and SearchFaces', [
  {
    says: 'find the person by another photo, best first, with what was indexed',
    page: api('SearchFacesByImage'),
    check: async (twin) => {
      const id = await twin.collection();
      for (const name of ['franck_01829', 'franck_02221', 'audrey', 'cage']) {
        await twin.index(id, portrait(name), { ExternalImageId: name });
      }
      const found = await byImage(twin, id, portrait('franck_04117'));
      const matches = found.FaceMatches ?? [];
      assert.deepEqual(matches.map(({ Face }) => Face?.ExternalImageId).sort(), [
        'franck_01829',
        'franck_02221',
      ]);
      assert.ok((matches[0]?.Similarity as number) >= (matches[1]?.Similarity as number));
      assert.ok((matches[1]?.Similarity as number) >= 95);
      assert.ok(found.SearchedFaceBoundingBox && (found.SearchedFaceConfidence as number) > 90);
      assert.equal(found.FaceModelVersion, '7.0');
    },
  },
  {
    says: 'give no more than MaxFaces, and matches from FaceMatchThreshold on, 80 by default',
    page: api('SearchFacesByImage'),
    check: async (twin) => {
      const id = await twin.collection();
      for (const name of ['audrey', 'audrey_crop', 'cage']) await twin.index(id, portrait(name));
      const found = async (more: object) =>
        (await byImage(twin, id, portrait('audrey'), more)).FaceMatches?.length;
      assert.deepEqual(
        [
          await found({}),
          await found({ MaxFaces: 1 }),
          await found({ FaceMatchThreshold: 0 }),
          await found({ FaceMatchThreshold: 100 }),
        ],
        [2, 1, 3, 1],
      );
    },
  },
  {
    says: 'take MaxFaces from 1 to 4,096',
    page: api('SearchFacesByImage'),
    check: async (twin) => {
      const id = await twin.collection();
      await byImage(twin, id, portrait('audrey'), { MaxFaces: 4096 });
      for (const MaxFaces of [0, 4097]) {
        await refused(
          byImage(twin, id, portrait('audrey'), { MaxFaces }),
          'InvalidParameterException',
          /maxFaces/,
        );
      }
    },
  },
  {
    says: 'refuse an image without a face',
    page: api('SearchFacesByImage'),
    check: async (twin) =>
      refused(
        byImage(twin, await twin.collection(), await nobody()),
        'InvalidParameterException',
        /^There are no faces in the image\. Should be at least 1\.$/,
      ),
  },
  {
    says: 'filter nothing by default, and refuse an image whose face a filter holds back',
    page: api('SearchFacesByImage'),
    check: async (twin) => {
      const id = await twin.collection();
      const blurred = await audrey((image) => image.blur(16));
      assert.deepEqual((await byImage(twin, id, blurred)).FaceMatches, []);
      await refused(
        byImage(twin, id, blurred, { QualityFilter: 'HIGH' }),
        'InvalidParameterException',
        /no faces/,
      );
    },
  },
  {
    says: 'find faces like one of the collection, without that one',
    page: api('SearchFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      const { FaceRecords } = await twin.index(CollectionId, portrait('audrey'), { ExternalImageId: 'one' });
      await twin.index(CollectionId, portrait('audrey_crop'), { ExternalImageId: 'other' });
      const FaceId = FaceRecords?.[0]?.Face?.FaceId as string;
      const found = await twin.client.send(new SearchFacesCommand({ CollectionId, FaceId }));
      assert.equal(found.SearchedFaceId, FaceId);
      assert.deepEqual(
        found.FaceMatches?.map(({ Face }) => Face?.ExternalImageId),
        ['other'],
      );
    },
  },
  {
    says: 'refuse a face id that is not in the collection, or is none',
    page: api('SearchFaces'),
    check: async (twin) => {
      const CollectionId = await twin.collection();
      const search = (FaceId: string) => twin.client.send(new SearchFacesCommand({ CollectionId, FaceId }));
      await refused(search(randomUUID()), 'InvalidParameterException', /not found in the collection/);
      await refused(search('nobody'), 'InvalidParameterException', /faceId/);
    },
  },
]);
