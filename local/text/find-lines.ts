import sharp from 'sharp';
import type { Network } from '../rekognition/engine/networks.js';
import type { Pixels, Point } from '../rekognition/engine/pixels.js';
import { cornersOf, type Quad, type RotatedBox, smallestBox } from './rotated-box.js';

/** The network sees the image in about this size, with sides that are multiples of 32 (PP-OCRv4: 960 at most). */
const SIDE = 960;
const STEP = 32;
/** Of DBNet, as PP-OCRv4 is used: a pixel is text above this, a region where its mean is above that. */
const PIXEL_THRESHOLD = 0.3;
const REGION_THRESHOLD = 0.5;
/** The network finds shrunken text; boxes grow by this share of area over perimeter (DBNet, arXiv 1911.08947, 3.5). */
const UNCLIP = 1.7;
/** Smaller regions are specks. In pixels of what the network sees. */
const MIN_AREA = 16;
const MIN_SIDE = 3;

const MEAN = [0.485, 0.456, 0.406] as const;
const DEVIATION = [0.229, 0.224, 0.225] as const;

/** Where lines of text are, as corners in pixels of the image, from top to bottom. */
export async function findLines(network: Network, image: Pixels): Promise<Quad[]> {
  const scale = SIDE / Math.max(image.width, image.height);
  const width = Math.max(STEP, Math.round((image.width * scale) / STEP) * STEP);
  const height = Math.max(STEP, Math.round((image.height * scale) / STEP) * STEP);
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const resized = sharp(image.data, { raw }).resize(width, height, { fit: 'fill', kernel: 'linear' });
  const outputs = await network(normalised(await resized.raw().toBuffer()), [1, 3, height, width]);
  const [map] = Object.values(outputs);

  const toImage = ([x, y]: Point): Point => [(x * image.width) / width, (y * image.height) / height];
  return regions(map as Float32Array, width, height)
    .flatMap((region) => grown(smallestBox(region)) ?? [])
    .map((box) => cornersOf(box).map(toImage) as unknown as Quad)
    .sort((a, b) => a[0][1] - b[0][1] || a[0][0] - b[0][0]);
}

function normalised(bytes: Uint8Array): Float32Array {
  const plane = bytes.length / 3;
  const input = new Float32Array(bytes.length);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) {
      const value = (bytes[i * 3 + c] as number) / 255;
      input[c * plane + i] = (value - (MEAN[c] as number)) / (DEVIATION[c] as number);
    }
  }
  return input;
}

function grown(box: RotatedBox): RotatedBox | undefined {
  if (Math.min(box.width, box.height) < MIN_SIDE) return undefined;
  const margin = (box.width * box.height * UNCLIP) / (box.width + box.height);
  return { ...box, width: box.width + margin, height: box.height + margin };
}

/** Outer points of each region of text, by flood fill over the eight neighbours. */
function regions(map: Float32Array, width: number, height: number): Point[][] {
  const seen = new Uint8Array(map.length);
  const found: Point[][] = [];
  for (let start = 0; start < map.length; start++) {
    if ((map[start] as number) <= PIXEL_THRESHOLD || seen[start]) continue;
    const spans = new Map<number, [left: number, right: number]>();
    let sum = 0;
    let area = 0;
    const open = [start];
    seen[start] = 1;
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const x = at % width;
      const y = (at / width) | 0;
      sum += map[at] as number;
      area += 1;
      const span = spans.get(y);
      if (!span) spans.set(y, [x, x]);
      else if (x < span[0]) span[0] = x;
      else if (x > span[1]) span[1] = x;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx;
          if (seen[next] || (map[next] as number) <= PIXEL_THRESHOLD) continue;
          seen[next] = 1;
          open.push(next);
        }
      }
    }
    if (area >= MIN_AREA && sum / area >= REGION_THRESHOLD) found.push([...spans].flatMap(corners));
  }
  return found;
}

/** Pixels have corners, not only middles: a row of one is one high. */
function corners([y, [left, right]]: [number, [number, number]]): Point[] {
  return [
    [left, y],
    [right + 1, y],
    [left, y + 1],
    [right + 1, y + 1],
  ];
}
