import { WEIGHTS } from './classifier-weights.js';

/** Scores (logits) of a feature vector, one a class. */
export type LinearClassifier = (features: Float32Array) => number[];

/** The classifier stored under `name`. */
export function linearClassifier(name: keyof typeof WEIGHTS): LinearClassifier {
  const { bias, scale, int16 } = WEIGHTS[name];
  const bytes = Buffer.from(int16, 'base64');
  const weights = Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(i * 2) * scale);
  const size = weights.length / bias.length;
  return (features) => {
    if (features.length !== size) throw new Error(`${name} takes ${size} features, not ${features.length}.`);
    return bias.map((start, k) => {
      let sum: number = start;
      for (let i = 0; i < size; i++) sum += (weights[k * size + i] as number) * (features[i] as number);
      return sum;
    });
  };
}

/** Logits as probabilities that add up to 1. */
export function softmax(logits: ArrayLike<number>): number[] {
  const values = Array.from(logits);
  const highest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - highest));
  const total = powers.reduce((sum, value) => sum + value, 0);
  return powers.map((value) => value / total);
}

/** A logit as probability. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
