/** An upright sRGB image, three bytes a pixel. */
export interface Pixels {
  data: Uint8Array;
  width: number;
  height: number;
}

/** A point in pixels. */
export type Point = readonly [x: number, y: number];

/** A box in pixels; may reach beyond the image. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Turns and scales: x' = a x - b y + tx, y' = b x + a y + ty. */
export interface Similarity {
  a: number;
  b: number;
  tx: number;
  ty: number;
}

/** The least-squares similarity transform that takes `from` to `to` (Umeyama 1991, without reflection). */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity {
  const [fx, fy] = mean(from);
  const [gx, gy] = mean(to);
  let cos = 0;
  let sin = 0;
  let size = 0;
  from.forEach(([px, py], i) => {
    const [qx, qy] = to[i] as Point;
    const x = px - fx;
    const y = py - fy;
    cos += x * (qx - gx) + y * (qy - gy);
    sin += x * (qy - gy) - y * (qx - gx);
    size += x * x + y * y;
  });
  const a = cos / size;
  const b = sin / size;
  return { a, b, tx: gx - a * fx + b * fy, ty: gy - b * fx - a * fy };
}

/** The middle of points. */
export function mean(points: readonly Point[]): Point {
  let x = 0;
  let y = 0;
  for (const point of points) {
    x += point[0];
    y += point[1];
  }
  return [x / points.length, y / points.length];
}

/** Rec. 601 luma of `count` interleaved RGB pixels, 0-255. */
export function luma(rgb: Float32Array | Uint8Array, count: number): Float32Array {
  const grey = new Float32Array(count);
  for (let i = 0, p = 0; i < count; i++, p += 3) {
    grey[i] = 0.299 * (rgb[p] as number) + 0.587 * (rgb[p + 1] as number) + 0.114 * (rgb[p + 2] as number);
  }
  return grey;
}
