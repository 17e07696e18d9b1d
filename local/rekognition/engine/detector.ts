import sharp from 'sharp';
import type { Network } from './networks.js';
import type { Box, Pixels } from './pixels.js';

/** A face that the detector found. */
export interface Detection extends Box {
  /** 0-1. */
  score: number;
}

const WIDTH = 320;
const HEIGHT = 240;
const ANCHORS = 4420;
/** Faces below are not told, as measured on portraits, groups and photos without faces. */
const THRESHOLD = 0.7;
/** A second look must be surer: it sees an altered image. */
const SECOND_LOOK = 0.9;

/** Faces in the image, not in any order. Looks again, brighter and then at a distance, where nothing is seen at first. */
export async function detect(network: Network, image: Pixels): Promise<Detection[]> {
  const found = await look(network, image, { threshold: THRESHOLD });
  if (found.length > 0) return found;
  const dark = await look(network, image, { threshold: SECOND_LOOK, brighten: true });
  if (dark.length > 0) return dark;
  return look(network, image, { threshold: SECOND_LOOK, brighten: true, zoom: 0.6 });
}

interface Look {
  threshold: number;
  /** Stretches contrast and lifts shadows. */
  brighten?: boolean;
  /** Share of the network's window that the image fills. */
  zoom?: number;
}

async function look(
  network: Network,
  image: Pixels,
  { threshold, brighten, zoom = 1 }: Look,
): Promise<Detection[]> {
  const scale = Math.max(image.width / WIDTH, image.height / HEIGHT) / zoom;
  const width = Math.max(1, Math.round(image.width / scale));
  const height = Math.max(1, Math.round(image.height / scale));
  const raw = { width: image.width, height: image.height, channels: 3 } as const;
  const resized = sharp(image.data, { raw }).resize(width, height, { fit: 'fill', kernel: 'linear' });
  const bytes = await resized.raw().toBuffer();
  if (brighten) liftShadows(bytes);
  const { scores, boxes } = await network(letterboxed(bytes, width, height), [1, 3, HEIGHT, WIDTH]);
  return suppress(candidates(scores as Float32Array, boxes as Float32Array, threshold, scale));
}

/** In place: the darkest and brightest 1 % to black and white, gamma 1.8 between. */
function liftShadows(bytes: Uint8Array): void {
  const histogram = new Uint32Array(256);
  for (const value of bytes) (histogram[value] as number) += 1;
  const percentile = (share: number): number => {
    let left = bytes.length * share;
    return histogram.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
  };
  const black = percentile(0.01);
  const range = Math.max(1, percentile(0.99) - black);
  const curve = Uint8Array.from(histogram, (_, value) => {
    return 255 * Math.min(1, Math.max(0, (value - black) / range)) ** (1 / 1.8);
  });
  for (let i = 0; i < bytes.length; i++) bytes[i] = curve[bytes[i] as number] as number;
}

/** Planes of (value - 127) / 128; what the image does not fill stays 0. */
function letterboxed(bytes: Uint8Array, width: number, height: number): Float32Array {
  const plane = WIDTH * HEIGHT;
  const input = new Float32Array(3 * plane);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0, i = y * WIDTH; x < width; x++, i++, p += 3) {
      input[i] = ((bytes[p] as number) - 127) / 128;
      input[plane + i] = ((bytes[p + 1] as number) - 127) / 128;
      input[2 * plane + i] = ((bytes[p + 2] as number) - 127) / 128;
    }
  }
  return input;
}

function candidates(
  scores: Float32Array,
  boxes: Float32Array,
  threshold: number,
  scale: number,
): Detection[] {
  const found: Detection[] = [];
  for (let i = 0; i < ANCHORS; i++) {
    const score = scores[i * 2 + 1] as number;
    if (score < threshold) continue;
    const [left, top, right, bottom] = boxes.subarray(i * 4, i * 4 + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const x = left * WIDTH * scale;
    const y = top * HEIGHT * scale;
    found.push({ score, x, y, width: right * WIDTH * scale - x, height: bottom * HEIGHT * scale - y });
  }
  return found;
}

/** Keeps the surest of boxes that overlap by more than 30 %, or of which one lies 70 % in the other. */
function suppress(found: Detection[]): Detection[] {
  const kept: Detection[] = [];
  for (const box of found.sort((a, b) => b.score - a.score)) {
    if (!kept.some((other) => overlaps(box, other))) kept.push(box);
  }
  return kept;
}

function overlaps(a: Box, b: Box): boolean {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  const shared = width * height;
  const sizeA = a.width * a.height;
  const sizeB = b.width * b.height;
  return shared / (sizeA + sizeB - shared) > 0.3 || shared / Math.min(sizeA, sizeB) > 0.7;
}
