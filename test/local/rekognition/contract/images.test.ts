import assert from 'node:assert/strict';
import {
  CompareFacesCommand,
  DetectFacesCommand,
  InvalidS3ObjectException,
} from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { group, portrait } from '../photos.js';
import { api, contract, guide, refused, type Twin } from './contract.js';

const detect = ({ client }: Twin, Image: object, Attributes?: string[]) =>
  client.send(new DetectFacesCommand({ Image, Attributes: Attributes as never }));
/** A photo made as long as wanted by bytes behind its end, which JPEG allows. */
const padded = (length: number): Buffer =>
  Buffer.concat([portrait('audrey'), Buffer.alloc(length)]).subarray(0, length);
const MB = 1024 * 1024;

contract('Rekognition takes images', [
  {
    says: 'up to 5 MB as bytes',
    page: guide('limits'),
    check: async (twin) => {
      assert.equal((await detect(twin, { Bytes: padded(5 * MB) })).FaceDetails?.length, 1);
      await refused(detect(twin, { Bytes: padded(5 * MB + 1) }), 'ImageTooLargeException', /too large/);
    },
  },
  {
    says: 'up to 15 MB from S3',
    page: guide('limits'),
    check: async (twin) => {
      twin.objects.set('photos/big.jpg', padded(15 * MB));
      twin.objects.set('photos/bigger.jpg', padded(15 * MB + 1));
      const from = (Name: string) => detect(twin, { S3Object: { Bucket: 'photos', Name } });
      assert.equal((await from('big.jpg')).FaceDetails?.length, 1);
      await refused(from('bigger.jpg'), 'ImageTooLargeException');
      twin.objects.clear();
    },
  },
  {
    says: 'from S3 by version',
    page: api('S3Object'),
    check: async (twin) => {
      twin.objects.set('photos/one.jpg/v1', portrait('audrey'));
      const S3Object = { Bucket: 'photos', Name: 'one.jpg', Version: 'v1' };
      assert.equal((await detect(twin, { S3Object })).FaceDetails?.length, 1);
    },
  },
  {
    says: 'only from objects that are there',
    page: guide('error-handling'),
    check: async (twin) => {
      const missing = detect(twin, { S3Object: { Bucket: 'photos', Name: 'nobody.jpg' } });
      await assert.rejects(missing, InvalidS3ObjectException);
      await refused(
        detect(twin, { S3Object: { Bucket: 'nowhere', Name: 'a.jpg' } }),
        'InvalidS3ObjectException',
        /^Unable to get object metadata from S3\. Check object key, region and\/or access permissions\.$/,
      );
    },
  },
  {
    says: 'of JPEG and PNG only',
    page: guide('limits'),
    check: async (twin) => {
      const image = sharp(portrait('audrey'));
      assert.equal((await detect(twin, { Bytes: await image.png().toBuffer() })).FaceDetails?.length, 1);
      for (const Bytes of [
        await image.webp().toBuffer(),
        await image.gif().toBuffer(),
        Buffer.from('text'),
      ]) {
        await refused(detect(twin, { Bytes }), 'InvalidImageFormatException', /invalid image format/);
      }
    },
  },
  {
    says: 'that are whole',
    page: guide('error-handling'),
    check: (twin) =>
      refused(detect(twin, { Bytes: portrait('audrey').subarray(0, 9000) }), 'InvalidImageFormatException'),
  },
  {
    says: 'of at least 80 pixels a side',
    page: guide('limits'),
    check: async (twin) => {
      const sized = (width: number, height: number) =>
        sharp(portrait('audrey_crop')).resize(width, height).jpeg().toBuffer();
      await detect(twin, { Bytes: await sized(80, 80) });
      await refused(
        detect(twin, { Bytes: await sized(79, 80) }),
        'InvalidParameterException',
        /invalid parameters/,
      );
    },
  },
  {
    says: 'and must be given one',
    page: api('Image'),
    check: async (twin) => {
      await refused(detect(twin, {}), 'InvalidParameterException');
      await refused(detect(twin, { Bytes: new Uint8Array() }), 'InvalidParameterException');
      await refused(
        twin.client.send(new DetectFacesCommand({} as never)),
        'InvalidParameterException',
        /'image'/,
      );
    },
  },
]);

contract('DetectFaces', [
  {
    says: 'answers the default attributes, and five landmarks',
    page: api('DetectFaces'),
    check: async (twin) => {
      for (const attributes of [undefined, [], ['DEFAULT']]) {
        const { FaceDetails = [] } = await detect(twin, { Bytes: portrait('audrey') }, attributes);
        const known = Object.keys(FaceDetails[0] ?? {}).sort();
        assert.deepEqual(known, ['BoundingBox', 'Confidence', 'Landmarks', 'Pose', 'Quality']);
        const landmarks = FaceDetails[0]?.Landmarks?.map(({ Type }) => Type).sort();
        assert.deepEqual(landmarks, ['eyeLeft', 'eyeRight', 'mouthLeft', 'mouthRight', 'nose']);
      }
    },
  },
  {
    says: 'answers every attribute and 30 landmarks to ALL, also beside DEFAULT',
    page: api('DetectFaces'),
    check: async (twin) => {
      const { FaceDetails } = await detect(twin, { Bytes: portrait('audrey') }, ['ALL', 'DEFAULT']);
      const face = FaceDetails?.[0];
      assert.equal(Object.keys(face ?? {}).length, 17);
      assert.equal(face?.Landmarks?.length, 30);
      assert.equal(face?.Emotions?.length, 8);
      const judged = [
        face?.Smile,
        face?.Eyeglasses,
        face?.Sunglasses,
        face?.Beard,
        face?.Mustache,
        face?.EyesOpen,
      ];
      for (const value of [...judged, face?.MouthOpen, face?.FaceOccluded]) {
        assert.equal(typeof value?.Value, 'boolean');
        assert.ok((value?.Confidence as number) >= 50 && (value?.Confidence as number) <= 100);
      }
      assert.ok((face?.AgeRange?.Low as number) < (face?.AgeRange?.High as number));
      assert.match(face?.Gender?.Value ?? '', /^(Male|Female)$/);
    },
  },
  {
    says: 'answers single attributes beside the default ones',
    page: api('DetectFaces'),
    check: async (twin) => {
      const { FaceDetails } = await detect(twin, { Bytes: portrait('terminator_crop') }, [
        'SUNGLASSES',
        'FACE_OCCLUDED',
      ]);
      assert.deepEqual(
        [FaceDetails?.[0]?.Sunglasses?.Value, FaceDetails?.[0]?.FaceOccluded?.Value],
        [true, true],
      );
      assert.equal(FaceDetails?.[0]?.EyesOpen, undefined);
      assert.ok(FaceDetails?.[0]?.Pose);
    },
  },
  {
    says: 'knows no other attributes',
    page: api('DetectFaces'),
    check: (twin) =>
      refused(detect(twin, { Bytes: portrait('audrey') }, ['HAIR']), 'InvalidParameterException', /HAIR/),
  },
  {
    says: 'gives positions as ratios of the image, upright by its EXIF',
    page: api('BoundingBox'),
    check: async (twin) => {
      const upright = await detect(twin, { Bytes: portrait('audrey') });
      const turned = sharp(portrait('audrey')).rotate(270).withMetadata({ orientation: 6 }).jpeg();
      const rotated = await detect(twin, { Bytes: await turned.toBuffer() });
      const boxes = [upright, rotated].map(({ FaceDetails }) => FaceDetails?.[0]?.BoundingBox);
      for (const side of ['Left', 'Top', 'Width', 'Height'] as const) {
        assert.ok(Math.abs((boxes[0]?.[side] as number) - (boxes[1]?.[side] as number)) < 0.03, side);
        assert.ok((boxes[0]?.[side] as number) > 0 && (boxes[0]?.[side] as number) < 1);
      }
    },
  },
  {
    says: 'finds faces of at least 40 x 40 pixels in images up to 1920 x 1080, larger ones in larger images',
    page: guide('limits'),
    check: async (twin) => {
      const count = async (face: number, width: number, height: number) => {
        const canvas = sharp({ create: { width, height, channels: 3, background: '#808080' } });
        const input = await sharp(portrait('audrey_crop')).resize(face).toBuffer(); // the face fills about 0.9 of it
        const Bytes = await canvas
          .composite([{ input, left: 20, top: 20 }])
          .jpeg()
          .toBuffer();
        return (await detect(twin, { Bytes })).FaceDetails?.length;
      };
      assert.deepEqual([await count(38, 300, 300), await count(60, 300, 300)], [0, 1]);
      assert.deepEqual([await count(150, 2880, 1620), await count(150, 5760, 3240)], [1, 0]);
    },
  },
  {
    says: 'answers an empty list where nobody is',
    page: api('DetectFaces'),
    check: async (twin) => {
      const Bytes = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#48c' } })
        .jpeg()
        .toBuffer();
      assert.deepEqual((await detect(twin, { Bytes })).FaceDetails, []);
    },
  },
]);

const compare = ({ client }: Twin, source: Uint8Array, target: Uint8Array, more = {}) =>
  client.send(
    new CompareFacesCommand({ SourceImage: { Bytes: source }, TargetImage: { Bytes: target }, ...more }),
  );

/** Two photos side by side, the first `scale` times as high as the second. */
async function pasted(left: Buffer, right: Buffer, scale = 1): Promise<Buffer> {
  const [a, b] = await Promise.all([
    sharp(left)
      .resize({ height: Math.round(400 * scale) })
      .toBuffer({ resolveWithObject: true }),
    sharp(right).resize({ height: 400 }).toBuffer({ resolveWithObject: true }),
  ]);
  const background = '#808080';
  const canvas = {
    width: a.info.width + b.info.width,
    height: Math.max(a.info.height, 400),
    channels: 3,
    background,
  } as const;
  return sharp({ create: canvas })
    .composite([
      { input: a.data, left: 0, top: 0 },
      { input: b.data, left: a.info.width, top: 0 },
    ])
    .jpeg()
    .toBuffer();
}

contract('CompareFaces', [
  {
    says: 'finds the person among the faces of the target, the others unmatched',
    page: api('CompareFaces'),
    check: async (twin) => {
      const target = await pasted(portrait('bieber_small'), portrait('franck_02221'));
      const found = await compare(twin, portrait('franck_01829'), target);
      assert.equal(found.FaceMatches?.length, 1);
      assert.ok((found.FaceMatches?.[0]?.Similarity as number) >= 95);
      assert.ok((found.FaceMatches?.[0]?.Face?.BoundingBox?.Left as number) > 0.3, 'the one on the right');
      assert.equal(found.UnmatchedFaces?.length, 1);
      assert.deepEqual(Object.keys(found.SourceImageFace ?? {}).sort(), ['BoundingBox', 'Confidence']);
      const face = Object.keys(found.UnmatchedFaces?.[0] ?? {}).sort();
      assert.deepEqual(face, ['BoundingBox', 'Confidence', 'Landmarks', 'Pose', 'Quality']);
    },
  },
  {
    says: 'takes the largest face of the source',
    page: api('CompareFaces'),
    check: async (twin) => {
      const source = await pasted(portrait('audrey_crop'), portrait('cage2_crop'), 2);
      assert.equal((await compare(twin, source, portrait('audrey'))).FaceMatches?.length, 1);
      assert.equal((await compare(twin, source, portrait('cage'))).FaceMatches?.length, 0);
    },
  },
  {
    says: 'holds a face for a match from a similarity of 80 on, unless told otherwise',
    page: api('CompareFaces'),
    check: async (twin) => {
      const stranger = [portrait('audrey'), portrait('cage')] as const;
      assert.equal((await compare(twin, ...stranger)).FaceMatches?.length, 0);
      const every = await compare(twin, ...stranger, { SimilarityThreshold: 0 });
      assert.deepEqual([every.FaceMatches?.length, every.UnmatchedFaces?.length], [1, 0]);
      assert.ok((every.FaceMatches?.[0]?.Similarity as number) < 80);
      const same = await compare(twin, stranger[0], stranger[0], { SimilarityThreshold: 100 });
      assert.equal(same.FaceMatches?.[0]?.Similarity, 100);
      await refused(
        compare(twin, ...stranger, { SimilarityThreshold: 101 }),
        'InvalidParameterException',
        /less than or equal to 100/,
      );
    },
  },
  {
    says: 'compares with the 100 largest faces of the target',
    page: api('CompareFaces'),
    check: async (twin) => {
      const [columns, rows, width, height] = [14, 9, 137, 160];
      const input = await sharp(portrait('audrey_crop')).resize(width, height, { fit: 'fill' }).toBuffer();
      const canvas = {
        width: columns * width,
        height: rows * height,
        channels: 3,
        background: '#808080',
      } as const;
      const tiles = Array.from({ length: columns * rows }, (_, i) => {
        return { input, left: (i % columns) * width, top: Math.floor(i / columns) * height };
      });
      const crowd = await sharp({ create: canvas }).composite(tiles).jpeg().toBuffer();
      const { FaceMatches = [], UnmatchedFaces = [] } = await compare(twin, portrait('audrey'), crowd);
      assert.equal(FaceMatches.length + UnmatchedFaces.length, 100);
      assert.ok(FaceMatches.length > 50);
    },
  },
  {
    says: 'orders matches by similarity',
    page: api('CompareFaces'),
    check: async (twin) => {
      const { FaceMatches = [] } = await compare(twin, portrait('audrey'), group(1), {
        SimilarityThreshold: 0,
      });
      const found = FaceMatches.map(({ Similarity = 0 }) => Similarity);
      assert.equal(found.length, 3);
      assert.deepEqual(
        found,
        [...found].sort((a, b) => b - a),
      );
    },
  },
  {
    says: 'refuses images without a face, source or target',
    page: api('CompareFaces'),
    check: async (twin) => {
      const nobody = await sharp({ create: { width: 200, height: 200, channels: 3, background: '#48c' } })
        .jpeg()
        .toBuffer();
      await refused(compare(twin, nobody, portrait('audrey')), 'InvalidParameterException');
      await refused(compare(twin, portrait('audrey'), nobody), 'InvalidParameterException');
    },
  },
  {
    says: 'filters nothing by default, and does not compare what a filter holds back',
    page: api('CompareFaces'),
    check: async (twin) => {
      const blurred = await sharp(portrait('audrey')).blur(14).jpeg().toBuffer();
      const faces = ({
        FaceMatches = [],
        UnmatchedFaces = [],
      }: Awaited<ReturnType<typeof compare>>): number => FaceMatches.length + UnmatchedFaces.length;
      assert.equal(faces(await compare(twin, portrait('audrey'), blurred)), 1);
      assert.equal(faces(await compare(twin, portrait('audrey'), blurred, { QualityFilter: 'HIGH' })), 0);
      await refused(
        compare(twin, blurred, portrait('audrey'), { QualityFilter: 'HIGH' }),
        'InvalidParameterException',
      );
    },
  },
]);
