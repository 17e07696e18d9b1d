import { DIMENSIONS } from '../similarity.js';

/** A vector of length one becomes one of this length: the longest whose products fit in an int32. */
const LENGTH = 32_767;

/** int32 scores and cosines are in this proportion. */
export const SCORE_OF_ONE = LENGTH * LENGTH;

/**
 * Writes a vector of length one as int16. Half the memory of float32, and the cosine is off by 0.00002 or so: at most
 * 0.01 of similarity where that is steepest.
 */
export function quantise(vector: Float32Array, into: Int16Array): void {
  for (let i = 0; i < DIMENSIONS; i++) into[i] = Math.round((vector[i] as number) * LENGTH);
}

/** The vector that was written, but for rounding. */
export function dequantise(from: Int16Array): Float32Array {
  return Float32Array.from(from, (value) => value / LENGTH);
}
