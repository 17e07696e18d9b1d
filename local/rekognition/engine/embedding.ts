import { normalised } from '../similarity.js';
import type { Network } from './networks.js';
import { fitSimilarity, type Pixels, type Point } from './pixels.js';
import { warp } from './sampling.js';

const SIDE = 112;

/** Where eyes, nose and mouth corners of a 112 x 112 face belong (the ArcFace template). */
export const TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/**
 * The vector of a face, length one, and the length the network gave it: clean faces 3.0-4.5, hidden or blurred ones less.
 * Blue comes first: with red first the same weights make 0.2 % more errors on LFW.
 */
export async function embed(
  network: Network,
  image: Pixels,
  five: readonly Point[],
): Promise<{ vector: Float32Array; norm: number }> {
  const rgb = warp(image, fitSimilarity(five, TEMPLATE), SIDE, SIDE);
  const plane = SIDE * SIDE;
  const input = new Float32Array(3 * plane);
  for (let i = 0, p = 0; i < plane; i++, p += 3) {
    input[i] = ((rgb[p + 2] as number) - 127) / 128;
    input[plane + i] = ((rgb[p + 1] as number) - 127) / 128;
    input[2 * plane + i] = ((rgb[p] as number) - 127) / 128;
  }
  const { output } = await network(input, [1, 3, SIDE, SIDE]);
  const { unit, norm } = normalised(output as Float32Array);
  return { vector: unit, norm };
}
