/** One channel of an image. */
export interface Plane {
  values: Float32Array;
  width: number;
  height: number;
}

/** The part of `plane` from (x, y), `width` x `height`. */
export function crop(plane: Plane, x: number, y: number, width: number, height: number): Plane {
  const values = new Float32Array(width * height);
  for (let row = 0; row < height; row++) {
    const from = (y + row) * plane.width + x;
    values.set(plane.values.subarray(from, from + width), row * width);
  }
  return { values, width, height };
}

/** Mean and standard deviation. */
export function spread({ values }: Plane): { mean: number; deviation: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / values.length - mean * mean)) };
}

/** The middle value. */
export function median({ values }: Plane): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] as number;
  return sorted.length % 2 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}

/** Central differences along x and y, one-sided at the edges, without sign. */
export function gradients({ values, width, height }: Plane): [Plane, Plane] {
  const gx = new Float32Array(values.length);
  const gy = new Float32Array(values.length);
  for (let y = 0; y < height; y++) {
    const above = y > 0 ? width : 0;
    const below = y < height - 1 ? width : 0;
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const left = x > 0 ? 1 : 0;
      const right = x < width - 1 ? 1 : 0;
      gx[i] = Math.abs((values[i + right] as number) - (values[i - left] as number)) / (left + right);
      gy[i] =
        Math.abs((values[i + below] as number) - (values[i - above] as number)) / ((above + below) / width);
    }
  }
  return [
    { values: gx, width, height },
    { values: gy, width, height },
  ];
}

/** Means of blocks of `blockWidth` x `blockHeight`, row by row, less `offset`, divided by `divisor`. */
export function blockMeans(
  plane: Plane,
  blockWidth: number,
  blockHeight: number,
  divisor: number,
  offset = 0,
): number[] {
  const means: number[] = [];
  for (let y = 0; y < plane.height; y += blockHeight) {
    for (let x = 0; x < plane.width; x += blockWidth) {
      let sum = 0;
      for (let j = 0; j < blockHeight; j++) {
        const from = (y + j) * plane.width + x;
        for (let i = 0; i < blockWidth; i++) sum += plane.values[from + i] as number;
      }
      means.push((sum / (blockWidth * blockHeight) - offset) / divisor);
    }
  }
  return means;
}
