import assert from 'node:assert/strict';
import { DetectTextCommand, type DetectTextFilters, type TextDetection } from '@aws-sdk/client-rekognition';
import sharp from 'sharp';
import { renderLicence } from '../../../support/id-cards.js';
import { portrait } from '../photos.js';
import { api, contract, guide, refused, type Twin } from './contract.js';

let rendered: Promise<Buffer> | undefined;
/** One card for all rows: its text is remembered. */
const licence = (): Promise<Buffer> => {
  rendered ??= renderLicence();
  return rendered;
};

const detect = ({ client }: Twin, Bytes: Uint8Array, Filters?: DetectTextFilters) =>
  client.send(new DetectTextCommand({ Image: { Bytes }, ...(Filters && { Filters }) }));
const found = async (twin: Twin, filters?: DetectTextFilters): Promise<TextDetection[]> =>
  (await detect(twin, await licence(), filters)).TextDetections ?? [];
const ofType = (detections: readonly TextDetection[], type: string) =>
  detections.filter(({ Type }) => Type === type);
const texts = (detections: readonly TextDetection[], type = 'WORD') =>
  ofType(detections, type).map(({ DetectedText }) => DetectedText);

contract('DetectText', [
  {
    says: 'answers lines, then words, each word with the line it is in',
    page: api('TextDetection'),
    check: async (twin) => {
      const detections = await found(twin);
      assert.deepEqual(
        detections.map(({ Id }) => Id),
        detections.map((_, i) => i),
      );
      assert.ok(texts(detections, 'LINE').includes('SACRAMENTO, CA 95818'));
      for (const line of ofType(detections, 'LINE')) {
        assert.equal(line.ParentId, undefined);
        const words = ofType(detections, 'WORD').filter(({ ParentId }) => ParentId === line.Id);
        assert.equal(words.map(({ DetectedText }) => DetectedText).join(' '), line.DetectedText);
      }
      assert.ok(detections.every(({ Confidence = -1 }) => Confidence >= 0 && Confidence <= 100));
    },
  },
  {
    says: 'says which model read',
    page: api('DetectText'),
    check: async (twin) =>
      assert.match((await detect(twin, await licence())).TextModelVersion ?? '', /^\d+\.\d+$/),
  },
  {
    says: 'gives a box and a finer polygon, as ratios of the image',
    page: api('Geometry'),
    check: async (twin) => {
      const detections = await found(twin);
      for (const { Geometry } of detections) {
        const { Left = -1, Top = -1, Width = 0, Height = 0 } = Geometry?.BoundingBox ?? {};
        assert.ok(Left >= 0 && Top >= 0 && Width > 0 && Height > 0 && Left + Width <= 1.001);
        assert.equal(Geometry?.Polygon?.length, 4);
      }
      const state = detections.find(({ DetectedText }) => DetectedText === 'CALIFORNIA');
      const box = state?.Geometry?.BoundingBox;
      assert.ok((box?.Left as number) < 0.1 && (box?.Top as number) < 0.1 && (box?.Width as number) < 0.45);
    },
  },
  {
    says: 'finds text up to 90 degrees from the horizontal',
    page: api('DetectText'),
    check: async (twin) => {
      for (const angle of [40, -90]) {
        const turned = await sharp(await licence())
          .rotate(angle)
          .jpeg()
          .toBuffer();
        const { TextDetections = [] } = await detect(twin, turned);
        assert.ok(texts(TextDetections).includes('KRESLER'), `turned by ${angle}`);
      }
    },
  },
  {
    says: 'tells at most 100 words',
    page: api('DetectText'),
    check: async (twin) => {
      const lines = Array.from({ length: 22 }, (_, row) => {
        const y = 50 + row * 44;
        return `<text x="20" y="${y}" font-family="sans-serif" font-size="28">GREEN HOUSE RIVER STONE LIGHT</text>`;
      });
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="700" height="1020"><rect width="700" height="1020" fill="#fff"/>${lines.join('')}</svg>`;
      const { TextDetections = [] } = await detect(twin, await sharp(Buffer.from(svg)).png().toBuffer());
      assert.equal(texts(TextDetections).length, 100);
    },
  },
  {
    says: 'leaves out words below a confidence, 80 unless told, or a size',
    page: api('DetectionFilter'),
    check: async (twin) => {
      const all = ofType(await found(twin), 'WORD');
      const words = async (WordFilter: DetectTextFilters['WordFilter']) =>
        ofType(await found(twin, { WordFilter }), 'WORD');
      const sure = await words({});
      assert.ok(sure.every(({ Confidence = 0 }) => Confidence >= 80));
      const surer = await words({ MinConfidence: 99 });
      assert.ok(surer.length > 0 && surer.length < all.length);
      assert.ok(surer.every(({ Confidence = 0 }) => Confidence >= 99));
      const high = await words({ MinConfidence: 0, MinBoundingBoxHeight: 0.0645 });
      assert.ok(texts(high).includes('CALIFORNIA') && !texts(high).includes('KRESLER'));
      const wide = await words({ MinConfidence: 0, MinBoundingBoxWidth: 0.25 });
      assert.ok(texts(wide).includes('CALIFORNIA') && wide.length < all.length / 2);
    },
  },
  {
    says: 'keeps words that are more than half in a region of interest',
    page: api('RegionOfInterest'),
    check: async (twin) => {
      const right = { BoundingBox: { Left: 0.5, Top: 0, Width: 0.5, Height: 0.2 } };
      const box = await found(twin, { RegionsOfInterest: [right] });
      assert.ok(texts(box).includes('LICENSE') && !texts(box).includes('CALIFORNIA'));
      const corner = {
        Polygon: [
          [0, 0],
          [0.6, 0],
          [0, 0.6],
        ].map(([X, Y]) => ({ X, Y })),
      };
      const both = await found(twin, { RegionsOfInterest: [right, corner] });
      assert.ok(texts(both).includes('LICENSE') && texts(both).includes('CALIFORNIA'));
      assert.deepEqual(texts(both, 'LINE').includes('KRESLER'), false);
    },
  },
  {
    says: 'takes filters within their limits',
    page: api('DetectTextFilters'),
    check: async (twin) => {
      const refusedFor = (filters: DetectTextFilters) =>
        refused(detect(twin, portrait('audrey'), filters), 'InvalidParameterException', /filters/);
      await refusedFor({ WordFilter: { MinConfidence: 101 } });
      await refusedFor({ WordFilter: { MinBoundingBoxHeight: 2 } });
      await refusedFor({ RegionsOfInterest: new Array(11).fill({}) });
    },
  },
  {
    says: 'finds nothing where nothing is written, and takes images as every operation does',
    page: guide('limits'),
    check: async (twin) => {
      assert.deepEqual((await detect(twin, portrait('audrey'))).TextDetections, []);
      await refused(detect(twin, Buffer.from('text')), 'InvalidImageFormatException');
      await refused(detect(twin, Buffer.alloc(5 * 1024 * 1024 + 1)), 'ImageTooLargeException');
      const S3Object = { Bucket: 'photos', Name: 'nobody.jpg' };
      const missing = twin.client.send(new DetectTextCommand({ Image: { S3Object } }));
      await refused(missing, 'InvalidS3ObjectException');
    },
  },
]);
