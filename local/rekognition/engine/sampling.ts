import type { Box, Pixels, Similarity } from './pixels.js';

/** Where samples of one axis fall: two neighbours and the weight of the second. Edge pixels go on beyond the edge. */
interface Axis {
  low: Int32Array;
  high: Int32Array;
  weight: Float32Array;
  /** Samples per output pixel. */
  per: number;
}

function axis(start: number, length: number, outputs: number, size: number, stride: number): Axis {
  const step = length / outputs;
  const per = Math.max(1, Math.min(4, Math.round(step)));
  const count = outputs * per;
  const low = new Int32Array(count);
  const high = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = start + ((i + 0.5) / per) * step - 0.5;
    const floor = Math.floor(at);
    weight[i] = at - floor;
    low[i] = Math.min(size - 1, Math.max(0, floor)) * stride;
    high[i] = Math.min(size - 1, Math.max(0, floor + 1)) * stride;
  }
  return { low, high, weight, per };
}

/**
 * The part of `image` under `box`, resampled to `width` x `height`, interleaved RGB 0-255. Bilinear, with up to 4 x 4
 * samples a pixel where the box is larger than the output.
 */
export function sampleBox({ data, ...image }: Pixels, box: Box, width: number, height: number): Float32Array {
  const xs = axis(box.x, box.width, width, image.width, 3);
  const ys = axis(box.y, box.height, height, image.height, image.width * 3);
  const out = new Float32Array(width * height * 3);
  const share = 1 / (xs.per * ys.per);
  const samples = width * xs.per;
  for (let row = 0; row < height * ys.per; row++) {
    const upper = ys.low[row] as number;
    const lower = ys.high[row] as number;
    const down = (ys.weight[row] as number) * share;
    const up = share - down;
    let p = ((row / ys.per) | 0) * width * 3;
    for (let column = 0, left = xs.per; column < samples; column++) {
      const x0 = xs.low[column] as number;
      const x1 = xs.high[column] as number;
      const fx = xs.weight[column] as number;
      const a = up * (1 - fx);
      const b = up * fx;
      const c = down * (1 - fx);
      const d = down * fx;
      const ul = upper + x0;
      const ur = upper + x1;
      const ll = lower + x0;
      const lr = lower + x1;
      (out[p] as number) +=
        a * (data[ul] as number) +
        b * (data[ur] as number) +
        c * (data[ll] as number) +
        d * (data[lr] as number);
      (out[p + 1] as number) +=
        a * (data[ul + 1] as number) +
        b * (data[ur + 1] as number) +
        c * (data[ll + 1] as number) +
        d * (data[lr + 1] as number);
      (out[p + 2] as number) +=
        a * (data[ul + 2] as number) +
        b * (data[ur + 2] as number) +
        c * (data[ll + 2] as number) +
        d * (data[lr + 2] as number);
      if (--left === 0) {
        left = xs.per;
        p += 3;
      }
    }
  }
  return out;
}

/**
 * `image` under a similarity transform, `width` x `height`, interleaved RGB. Black where the image ends. Bilinear, with
 * up to 4 x 4 samples a pixel where the image is shrunk.
 */
export function warp(image: Pixels, transform: Similarity, width: number, height: number): Uint8Array {
  const { a, b, tx, ty } = transform;
  const square = a * a + b * b;
  const ia = a / square;
  const ib = -b / square;
  const per = Math.max(1, Math.min(4, Math.round(1 / Math.sqrt(square))));
  const out = new Uint8Array(width * height * 3);
  const sum = new Float64Array(3);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      sum.fill(0);
      for (let j = 0; j < per; j++) {
        for (let i = 0; i < per; i++) {
          const u = x + (i + 0.5) / per - 0.5 - tx;
          const v = y + (j + 0.5) / per - 0.5 - ty;
          addSample(image, ia * u - ib * v, ib * u + ia * v, sum);
        }
      }
      const share = per * per;
      out[p] = Math.round((sum[0] as number) / share);
      out[p + 1] = Math.round((sum[1] as number) / share);
      out[p + 2] = Math.round((sum[2] as number) / share);
    }
  }
  return out;
}

function addSample({ data, width, height }: Pixels, x: number, y: number, sum: Float64Array): void {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  if (x0 < -1 || y0 < -1 || x0 >= width || y0 >= height) return;
  const fx = x - x0;
  const fy = y - y0;
  const left = x0 >= 0;
  const right = x0 + 1 < width;
  const top = y0 >= 0;
  const bottom = y0 + 1 < height;
  const p = (y0 * width + x0) * 3;
  const q = p + width * 3;
  const wtl = top && left ? (1 - fx) * (1 - fy) : 0;
  const wtr = top && right ? fx * (1 - fy) : 0;
  const wbl = bottom && left ? (1 - fx) * fy : 0;
  const wbr = bottom && right ? fx * fy : 0;
  for (let c = 0; c < 3; c++) {
    let value = 0;
    if (wtl) value += wtl * (data[p + c] as number);
    if (wtr) value += wtr * (data[p + 3 + c] as number);
    if (wbl) value += wbl * (data[q + c] as number);
    if (wbr) value += wbr * (data[q + 3 + c] as number);
    (sum[c] as number) += value;
  }
}
