import { normalised } from '../../../local/rekognition/similarity.js';

/** Noise that a seed makes again. */
export function vectorOf(seed: number): Float32Array {
  let state = (seed * 2654435761 + 12345) | 1;
  const values = Float32Array.from({ length: 512 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31;
  });
  return normalised(values).unit;
}
