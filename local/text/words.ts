import type { Character } from './read-line.js';

/** Characters between spaces, with where they begin and end along the line, 0-1. */
export interface Span {
  text: string;
  /** 0-100, the mean of its characters. */
  confidence: number;
  from: number;
  to: number;
}

/** A line with so many `<` is of a machine-readable zone. */
const ZONE_FILLERS = 3;

/** Whether the characters are a line of a machine-readable zone. There are no spaces in one. */
export function isOfZone(characters: readonly Character[]): boolean {
  return characters.filter(({ text }) => text === '<').length >= ZONE_FILLERS;
}

/** The words of a line. */
export function wordsOf(characters: readonly Character[]): Span[] {
  const ofZone = isOfZone(characters);
  const usual = usualDistance(characters);
  const words: Character[][] = [];
  for (const character of characters) {
    const word = words.at(-1);
    if (word && (ofZone || !character.apart)) word.push(character);
    else words.push([character]);
  }
  return words.map((word) => ({
    text: word.map(({ text }) => text).join(''),
    confidence: confidenceOf(word),
    from: Math.max(0, (word[0] as Character).at - usual / 2),
    to: Math.min(1, (word.at(-1) as Character).at + usual / 2),
  }));
}

/** The mean of the characters, 0-100; 0 without any. */
export function confidenceOf(characters: readonly Character[]): number {
  if (characters.length === 0) return 0;
  const sum = characters.reduce((total, { score }) => total + score, 0);
  return Math.min(100, (sum / characters.length) * 100);
}

function usualDistance(characters: readonly Character[]): number {
  const gaps = characters.slice(1).map(({ at }, i) => at - (characters[i] as Character).at);
  gaps.sort((a, b) => a - b);
  return gaps[gaps.length >> 1] ?? 1;
}
