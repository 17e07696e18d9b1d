import { TEMPLATE } from './embedding.js';
import { linearClassifier, sigmoid, softmax } from './linear-classifier.js';
import { fitSimilarity, luma, type Pixels, type Point } from './pixels.js';
import { blockMeans, crop, gradients, median, type Plane, spread } from './planes.js';
import { warp } from './sampling.js';

/** Probabilities, 0-1, of what may cover a face. */
export interface Covering {
  eyeglasses: number;
  sunglasses: number;
  /** Something else: mask, hand, hair. */
  occluded: number;
}

/** An even chance for `occluded`: faces without a mask reach .47, masks of cloth start at .85 (of the colour of skin, .54). */
export const OCCLUDED = 0.6;

const SIDE = 144;
const WIDER_TEMPLATE = TEMPLATE.map(([x, y]): Point => [x + 16, y + 16]);
const glasses = linearClassifier('glasses');
const occlusion = linearClassifier('occlusion');

/** Judges glasses and occlusion on the aligned face at 144 x 144. */
export function coveringOf(image: Pixels, five: readonly Point[]): Covering {
  const rgb = warp(image, fitSimilarity(five, WIDER_TEMPLATE), SIDE, SIDE);
  const grey: Plane = { values: luma(rgb, SIDE * SIDE), width: SIDE, height: SIDE };
  const [, eyeglasses, dark] = softmax(glasses(glassesFeatures(grey))) as [number, number, number];
  const [logit] = occlusion(occlusionFeatures(grey, rgb)) as [number];
  const occluded = sigmoid(logit);
  // Eyes are dark compared with the cheeks: beside a mask on these, that says nothing of glasses.
  const sunglasses = occluded >= OCCLUDED && occluded > dark ? 0 : dark;
  return { eyeglasses, sunglasses, occluded };
}

/** The strip of the eyes relative to the skin of the cheeks, and its edges. */
function glassesFeatures(grey: Plane): Float32Array {
  const strip = crop(grey, 34, 52, 76, 34);
  const cheeks = spread(crop(grey, 44, 86, 14, 12)).mean + spread(crop(grey, 86, 86, 14, 12)).mean;
  const contrast = spread(strip).deviation + 8;
  const [gx, gy] = gradients(strip);
  return Float32Array.from([
    ...blockMeans(strip, 2, 2, cheeks / 2 + 10),
    ...blockMeans(gx, 2, 2, contrast),
    ...blockMeans(gy, 2, 2, contrast),
  ]);
}

/** The face relative to its median brightness and hue, and its edges. */
function occlusionFeatures(grey: Plane, rgb: Uint8Array): Float32Array {
  const face = crop(grey, 28, 30, 88, 108);
  const contrast = spread(face).deviation + 8;
  const [gx, gy] = gradients(face);
  const hues = [0, 2].map((channel) => {
    const values = grey.values.map((value, i) => (rgb[i * 3 + channel] as number) - value);
    return crop({ ...grey, values }, 28, 30, 88, 108);
  });
  return Float32Array.from([
    ...blockMeans(face, 4, 6, median(face) + 8),
    ...blockMeans(gx, 4, 6, contrast),
    ...blockMeans(gy, 4, 6, contrast),
    ...hues.flatMap((hue) => blockMeans(hue, 4, 6, 20, median(hue))),
  ]);
}
