import { softmax } from './linear-classifier.js';
import type { Network } from './networks.js';
import { luma, mean, type Pixels, type Point } from './pixels.js';
import { sampleBox } from './sampling.js';

const SIDE = 24;
/** Outer and inner corner, then the lids, of each eye. */
const EYES = [
  [36, 39, 37, 38, 40, 41],
  [42, 45, 43, 44, 46, 47],
] as const;

/** Probability, 0-1, that the more open eye is open. Squints and looking down read as closed now and then. */
export async function eyesOpen(network: Network, image: Pixels, points: readonly Point[]): Promise<number> {
  let open = 0;
  for (const [outer, inner, ...lids] of EYES) {
    const [x, y] = mean(lids.map((index) => points[index] as Point));
    const side = Math.abs((points[inner] as Point)[0] - (points[outer] as Point)[0]) * 1.6;
    const box = { x: x - side / 2, y: y - side / 2, width: side, height: side };
    const grey = luma(sampleBox(image, box, SIDE, SIDE), SIDE * SIDE).map((value) => value / 255);
    const { output } = await network(grey, [1, 1, SIDE, SIDE]);
    open = Math.max(open, softmax(output as Float32Array)[1] as number);
  }
  return open;
}
