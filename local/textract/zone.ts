import { type ParseResult, parse } from 'mrz';
import type { PageText } from '../text/text-engine.js';
import { piecesOf } from './pieces.js';

/** The machine-readable zone of a page. */
export interface Zone {
  /** Of their full length. */
  lines: string[];
  /** The least sure of them, 0-100. */
  confidence: number;
  parsed: ParseResult;
}

/** Lines and characters of the formats of ICAO Doc 9303. */
const FORMATS = [
  { lines: 3, length: 30 },
  { lines: 2, length: 36 },
  { lines: 2, length: 44 },
] as const;
/** A line that lost more fillers than this is none. */
const LEAST = 14;

/** The zone at the foot of a page, or undefined. Fillers that reading lost or doubled are put right. */
export function zoneOf(page: PageText): Zone | undefined {
  const found = piecesOf(page)
    .map(({ text, confidence }) => ({ text: text.toUpperCase().replace(/[\s«]/g, fillers), confidence }))
    .filter(({ text }) => text.length >= LEAST && /^[A-Z0-9<]+$/.test(text) && /<|^\d{6}/.test(text));
  const candidates = found.slice(-3);
  const format = formatOf(candidates.map(({ text }) => text));
  if (!format) return undefined;
  const read = candidates.slice(-format.lines);
  const lines = read.map(({ text }, i) => fitted(text, format.length, isNumeric(i, format.lines)));
  const confidence = Math.min(...read.map((line) => line.confidence));
  try {
    const parsed = parse(lines, { autocorrect: true });
    return { lines: corrected(lines, parsed), confidence, parsed };
  } catch {
    return undefined; // not a zone that the parser knows
  }
}

/** Letters where only digits can be, and digits where only letters can, are set right: O for 0, and the like. */
function corrected(lines: readonly string[], { details }: ParseResult): string[] {
  const characters = lines.map((line) => [...line]);
  for (const { line, column, corrected } of details.flatMap(({ autocorrect }) => autocorrect)) {
    (characters[line] as string[])[column] = corrected;
  }
  return characters.map((line) => line.join(''));
}

const fillers = (character: string): string => (character === '«' ? '<<' : '');

function formatOf(texts: readonly string[]): (typeof FORMATS)[number] | undefined {
  const longest = (count: number) => Math.max(...texts.slice(-count).map(({ length }) => length));
  if (texts.length >= 3 && longest(3) <= 33 && /^[ACI]/.test(texts[0] as string)) return FORMATS[0];
  if (texts.length < 2 || !/^[ACIPV]/.test(texts.at(-2) as string)) return undefined;
  return longest(2) > 39 ? FORMATS[2] : FORMATS[1];
}

/** The line that ends with a check digit: its fillers are before the end, those of others at the end. */
const isNumeric = (line: number, lines: number): boolean => line === 1 && lines >= 2;

function fitted(text: string, length: number, numeric: boolean): string {
  if (!numeric || text.length === length) return text.slice(0, length).padEnd(length, '<');
  const runs = [...text.matchAll(/<+/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return text.slice(0, length).padEnd(length, '<');
  const keep = Math.max(0, longest[0].length + length - text.length);
  const fixed =
    text.slice(0, longest.index) + '<'.repeat(keep) + text.slice(longest.index + longest[0].length);
  return fixed.slice(0, length);
}
