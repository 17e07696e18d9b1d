import { type Geometry, geometryOf } from '../../text/geometry.js';
import type { Line, PageText } from '../../text/text-engine.js';
import { list, number, object, optional, type Read, withDefault } from './fields.js';
import { imageBytes, textOf } from './images.js';
import { operation } from './operation.js';
import { image, percentage } from './shared-fields.js';

/** What the real service says today. */
const TEXT_MODEL_VERSION = '3.0';
/** "DetectText can detect up to 100 words in an image." */
const MAX_WORDS = 100;
/** "The default MinConfidence is 80" (API_DetectionFilter); without a WordFilter nothing is left out. */
const DEFAULT_CONFIDENCE = 80;
/** "Any object of interest that is more than half in a region is kept in the results" (API_RegionOfInterest). */
const HALF = 0.5;

const ratio = number({ min: 0, max: 1 });
const position = optional(number());
const region = object({
  BoundingBox: optional(object({ Width: position, Height: position, Left: position, Top: position })),
  Polygon: optional(list(object({ X: position, Y: position }))),
});
const wordFilter = object({
  MinConfidence: withDefault(percentage, DEFAULT_CONFIDENCE),
  MinBoundingBoxHeight: withDefault(ratio, 0),
  MinBoundingBoxWidth: withDefault(ratio, 0),
});
const filters = object({
  WordFilter: optional(wordFilter),
  RegionsOfInterest: optional(list(region, { max: 10 })),
});
type Filters = Read<typeof filters>;
type Region = Read<typeof region>;

/** https://docs.aws.amazon.com/rekognition/latest/APIReference/API_DetectText.html */
export const detectText = operation(
  object({ Image: image, Filters: optional(filters) }),
  async (context, { Image, Filters }) => {
    const page = await textOf(context, await imageBytes(context, Image));
    return { TextDetections: detections(page, Filters), TextModelVersion: TEXT_MODEL_VERSION };
  },
);

interface Found {
  text: string;
  confidence: number;
  geometry: Geometry;
  words: Found[];
}

/** Lines first, then words, numbered through; a word names its line. */
function detections({ lines }: PageText, filters: Filters | undefined): object[] {
  const found = withinLimit(lines.map(located).flatMap((line) => kept(line, filters) ?? []));
  let id = 0;
  const detected = (
    Type: 'LINE' | 'WORD',
    { text, confidence, geometry }: Found,
    parent?: number,
  ): object => ({
    DetectedText: text,
    Type,
    Id: id++,
    ...(parent === undefined ? {} : { ParentId: parent }),
    Confidence: confidence,
    Geometry: geometry,
  });
  return [
    ...found.map((line) => detected('LINE', line)),
    ...found.flatMap(({ words }, line) => words.map((word) => detected('WORD', word, line))),
  ];
}

function located({
  text,
  confidence,
  outline,
  words,
}: Omit<Line, 'words'> & { words?: Line['words'] }): Found {
  return { text, confidence, geometry: geometryOf(outline), words: (words ?? []).map(located) };
}

/** The line with the words that the filters let through, or nothing when they leave none. */
function kept(line: Found, filters: Filters | undefined): Found | undefined {
  const words = line.words.filter(
    (word) => passes(word, filters?.WordFilter) && isWithin(word.geometry, filters?.RegionsOfInterest),
  );
  if (words.length === line.words.length) return line;
  return words.length === 0 ? undefined : { ...line, text: words.map(({ text }) => text).join(' '), words };
}

function passes({ confidence, geometry }: Found, filter: Filters['WordFilter']): boolean {
  if (!filter) return true;
  const { Width, Height } = geometry.BoundingBox;
  return (
    confidence >= filter.MinConfidence &&
    Height >= filter.MinBoundingBoxHeight &&
    Width >= filter.MinBoundingBoxWidth
  );
}

/** More than half of the box in one of the regions, by a grid of points. */
function isWithin({ BoundingBox }: Geometry, regions: readonly Region[] | undefined): boolean {
  if (!regions || regions.length === 0) return true;
  const steps = Array.from({ length: 10 }, (_, i) => (i + 0.5) / 10);
  const points = steps.flatMap((u) =>
    steps.map((v) => [BoundingBox.Left + u * BoundingBox.Width, BoundingBox.Top + v * BoundingBox.Height]),
  ) as [number, number][];
  return regions.some(
    (region) => points.filter(([x, y]) => holds(region, x, y)).length > points.length * HALF,
  );
}

function holds({ BoundingBox, Polygon }: Region, x: number, y: number): boolean {
  if (BoundingBox) {
    const { Left = 0, Top = 0, Width = 0, Height = 0 } = BoundingBox;
    return x >= Left && x <= Left + Width && y >= Top && y <= Top + Height;
  }
  let inside = false;
  const corners = (Polygon ?? []).map(({ X = 0, Y = 0 }) => [X, Y] as const);
  for (const [i, [ax, ay]] of corners.entries()) {
    const [bx, by] = corners.at(i - 1) as (typeof corners)[number];
    if (ay > y !== by > y && x < ax + ((y - ay) * (bx - ax)) / (by - ay)) inside = !inside;
  }
  return inside;
}

function withinLimit(lines: readonly Found[]): Found[] {
  let left = MAX_WORDS;
  return lines.flatMap((line) => {
    const words = line.words.slice(0, left);
    left -= words.length;
    return words.length > 0 ? [{ ...line, words }] : [];
  });
}
