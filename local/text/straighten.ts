import type { Pixels, Point } from '../rekognition/engine/pixels.js';
import type { Quad } from './rotated-box.js';

/** Samples a pixel at most, along each side, where the text is larger than what the network reads. */
const MAX_SAMPLES = 3;

/**
 * The part of `image` under `quad`, upright, as three planes of -1 to 1. Bilinear; edge pixels go on beyond the edge.
 */
export function straighten(image: Pixels, quad: Quad, width: number, height: number): Float32Array {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  const per = Math.max(1, Math.min(MAX_SAMPLES, Math.round(distance(quad[0], quad[3]) / height)));
  const share = 2 / (255 * per * per);
  const sum = new Float64Array(3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      sum.fill(0);
      for (let k = 0; k < per * per; k++) {
        const u = (x + ((k % per) + 0.5) / per) / width;
        const v = (y + (((k / per) | 0) + 0.5) / per) / height;
        addSample(image, between(quad, 0, u, v), between(quad, 1, u, v), sum);
      }
      for (let c = 0; c < 3; c++) out[c * plane + i] = (sum[c] as number) * share - 1;
    }
  }
  return out;
}

/** Pixels between two points. */
export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(bx - ax, by - ay);
}

function between([a, b, c, d]: Quad, axis: 0 | 1, u: number, v: number): number {
  return (a[axis] * (1 - u) + b[axis] * u) * (1 - v) + (d[axis] * (1 - u) + c[axis] * u) * v;
}

function addSample({ data, width, height }: Pixels, px: number, py: number, sum: Float64Array): void {
  const x = Math.min(width - 1, Math.max(0, px - 0.5));
  const y = Math.min(height - 1, Math.max(0, py - 0.5));
  const x0 = x | 0;
  const y0 = y | 0;
  const fx = x - x0;
  const fy = y - y0;
  const p = (y0 * width + x0) * 3;
  const right = x0 + 1 < width ? 3 : 0;
  const down = y0 + 1 < height ? width * 3 : 0;
  for (let c = 0; c < 3; c++) {
    const upper = (data[p + c] as number) * (1 - fx) + (data[p + right + c] as number) * fx;
    const lower = (data[p + down + c] as number) * (1 - fx) + (data[p + down + right + c] as number) * fx;
    (sum[c] as number) += upper * (1 - fy) + lower * fy;
  }
}
