import { createHash } from 'node:crypto';
import { ImageProblem } from '../rekognition/engine/face-engine.js';
import type { Line, Outline, TextEngine } from './text-engine.js';

/**
 * An engine for throughput benchmarks: every image, of whatever bytes, is the same person's passport, with a number drawn
 * from the hash of the bytes, valid check digits and an expiry far off. Takes microseconds.
 */
export function constantTimeTextEngine(): TextEngine {
  return {
    async read(image) {
      if (image.length === 0) throw new ImageProblem('format', 'empty');
      return { width: 1000, height: 700, lines: passport(numberFrom(image)).map(line) };
    },
    close: async () => undefined,
  };
}

/** P and eight digits. */
function numberFrom(image: Uint8Array): string {
  const drawn = createHash('sha256').update(image).digest().readUInt32LE(0) % 1e8;
  return `P${String(drawn).padStart(8, '0')}`;
}

function passport(number: string): string[] {
  const parts = [number, '800101', '491231'].map((text) => text + checkDigit(text)) as [
    string,
    string,
    string,
  ];
  const optional = '<'.repeat(15);
  const composite = checkDigit(parts.join('') + optional);
  return [
    'PASSPORT',
    `Passport No. ${number}`,
    'Surname SPECIMEN',
    'Given names ANNA',
    'Date of birth 01 JAN 1980',
    'Date of issue 01 JAN 2020',
    'Date of expiration 31 DEC 2049',
    'P<USASPECIMEN<<ANNA'.padEnd(44, '<'),
    `${parts[0]}USA${parts[1]}F${parts[2]}${optional}${composite}`,
  ];
}

/** ICAO Doc 9303 part 3, 4.9: weights 7, 3, 1. */
function checkDigit(text: string): string {
  const values = [...text].map((character) => (character === '<' ? 0 : Number.parseInt(character, 36)));
  return String(values.reduce((sum, value, i) => sum + value * ([7, 3, 1][i % 3] as number), 0) % 10);
}

/** One under the other, each word as wide as it is long. */
function line(text: string, row: number): Line {
  const place = (from: number, to: number): Outline => {
    const [left, right, top, bottom] = [
      0.05 + from * 0.02,
      0.05 + to * 0.02,
      0.1 + row * 0.09,
      0.15 + row * 0.09,
    ];
    return [
      { X: left, Y: top },
      { X: right, Y: top },
      { X: right, Y: bottom },
      { X: left, Y: bottom },
    ];
  };
  const words = [...text.matchAll(/\S+/g)].map(({ 0: word, index }) => {
    return { text: word, confidence: 99, outline: place(index, index + word.length) };
  });
  return { text, confidence: 99, outline: place(0, text.length), words };
}
