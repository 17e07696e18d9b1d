import type { Network } from '../rekognition/engine/networks.js';
import type { Pixels } from '../rekognition/engine/pixels.js';
import { readOcrFile } from './ocr-weights.js';
import type { Quad } from './rotated-box.js';
import { distance, straighten } from './straighten.js';

/** A character of a line. Spaces are none. */
export interface Character {
  text: string;
  /** Where its middle is, 0-1 along the line. */
  at: number;
  /** How sure it is, 0-1. */
  score: number;
  /** Whether a space is before it. */
  apart: boolean;
}

/** Pixels that the network reads. */
const HEIGHT = 48;
const MIN_WIDTH = 16;
const MAX_WIDTH = 2400;
/** One or two characters are read much better with grey after them, as far as in the training of PP-OCRv4. */
const NARROW = 2 * HEIGHT;
const PADDED_WIDTH = 320;
/**
 * The network seldom gives a space for the best, but its probability rises where one is: within words it stayed below 0.02
 * on rendered documents, and was 0.04 and more between them.
 */
const SPACE = 0.03;

/** Reads one line of text, drawn out to `stretch` times its width (1 by default). */
export type ReadLine = (image: Pixels, quad: Quad, stretch?: number) => Promise<Character[]>;

/** A reader over the recognition network: CTC, the best character of each step, repeats and blanks left out. */
export function lineReader(network: Network): ReadLine {
  const alphabet = characters();
  return async (image, quad, stretch = 1) => {
    const [a, b, c, d] = quad;
    const ratio = (distance(a, b) + distance(d, c)) / (distance(a, d) + distance(b, c));
    const width = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, Math.round(HEIGHT * ratio * stretch)));
    const padded = width < NARROW ? PADDED_WIDTH : width;
    const input = widened(straighten(image, quad, width, HEIGHT), width, padded);
    const outputs = await network(input, [1, 3, HEIGHT, padded]);
    const characters = decoded(Object.values(outputs)[0] as Float32Array, alphabet);
    return characters.map((character) => ({
      ...character,
      at: Math.min(1, (character.at * padded) / width),
    }));
  };
}

/** Blank first, the characters of the file, a space last: as many as the network has classes. */
function characters(): readonly string[] {
  const text = new TextDecoder().decode(readOcrFile('characters'));
  return ['', ...text.replace(/\n$/, '').split(/\r?\n/), ' '];
}

/** Rows of three planes made longer by zeros, the middle grey. */
function widened(planes: Float32Array, width: number, wanted: number): Float32Array {
  if (wanted === width) return planes;
  const out = new Float32Array(3 * HEIGHT * wanted);
  for (let row = 0; row < 3 * HEIGHT; row++) {
    out.set(planes.subarray(row * width, (row + 1) * width), row * wanted);
  }
  return out;
}

function decoded(scores: Float32Array, alphabet: readonly string[]): Character[] {
  const classes = alphabet.length;
  const space = classes - 1;
  const steps = scores.length / classes;
  const found: Character[] = [];
  let last = 0;
  let apart = false;
  for (let step = 0; step < steps; step++) {
    const from = step * classes;
    let best = 0;
    for (let i = 1; i < classes; i++) {
      if ((scores[from + i] as number) > (scores[from + best] as number)) best = i;
    }
    const score = scores[from + best] as number;
    if ((scores[from + space] as number) > SPACE) apart = true;
    if (best !== 0 && best !== space && best !== last) {
      found.push({ text: alphabet[best] as string, at: (step + 0.5) / steps, score, apart });
      apart = false;
    }
    last = best;
  }
  return found;
}
