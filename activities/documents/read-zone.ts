import { type ParseResult, parse, states } from 'mrz';
import type { Zone } from '../../domain/document.js';

/** Lines and characters of the formats of ICAO Doc 9303, parts 4 to 6. */
const FORMATS = [
  { lines: 2, length: 44 },
  { lines: 2, length: 36 },
  { lines: 3, length: 30 },
] as const;

/** Fewer characters are no line of a zone, whatever was lost of its fillers. */
const SHORTEST = 12;

/** Fillers that a reader may have lost or added in the midst of a line: it counts a row of the same sign badly. */
const MOST_FILLERS = 14;

/** Runs of fillers that one is tried in: number, personal number, the rest. */
const MOST_RUNS = 3;

/** How readers write the filler. */
const FILLERS = /[«‹〈＜≤]/g;

/**
 * The machine-readable zone among lines of text. Fillers that were lost are put back, and slips between letters and digits
 * mended (by the parser) only where every check digit holds afterwards.
 * @returns undefined where there is none; `unreadable` where lines of one are there that make no zone
 */
export function readZone(texts: readonly string[]): Zone | 'unreadable' | undefined {
  const lines = texts.map(cleaned).filter(isZoneLine);
  if (lines.length === 0) return undefined;
  const parsed = candidates(lines).flatMap((candidate) => parsedZone(candidate) ?? []);
  const [first] = parsed;
  if (first) return parsed.find(({ holds }) => holds) ?? first;
  // One such line may be anything that has two fillers in it.
  return lines.length > 1 ? 'unreadable' : undefined;
}

const cleaned = (text: string) => text.toUpperCase().replace(/\s/g, '').replace(FILLERS, '<');

function isZoneLine(line: string): boolean {
  return line.length >= SHORTEST && line.includes('<<') && /^[A-Z0-9<]+$/.test(line);
}

/** Every run of lines that could be a zone, the least mended first. */
function candidates(lines: readonly string[]): string[][] {
  const found: { zone: string[]; mended: number }[] = [];
  for (const format of FORMATS) {
    for (let from = 0; from + format.lines <= lines.length; from++) {
      const given = lines
        .slice(from, from + format.lines)
        .map((line, at) => (at === 0 ? withCode(line) : line));
      const names = format.lines === 2 ? 0 : 2;
      const ways = given.map((line, at) => fitted(line, format.length, at === names));
      const mended = given.reduce((sum, line) => sum + Math.abs(format.length - line.length), 0);
      for (const zone of oneOfEach(ways)) found.push({ zone, mended });
    }
  }
  return found.sort((a, b) => a.mended - b.mended).map(({ zone }) => zone);
}

/** Behind a code of one letter stands a filler, which is easily lost before the state. */
function withCode(line: string): string {
  const isState = (from: number) => line.slice(from, from + 3).replace(/<+$/, '') in states;
  return !isState(2) && isState(1) ? `${line[0]}<${line.slice(1)}` : line;
}

/** The line with fillers put in or taken out: at the end of names; of numbers wherever there are some, most first. */
function fitted(line: string, length: number, names: boolean): string[] {
  const missing = length - line.length;
  if (missing === 0) return [line];
  const put = (index: number, fillers: string): string[] => {
    const run = fillers.length + missing;
    if (run < (names ? 0 : 1)) return [];
    return [line.slice(0, index) + '<'.repeat(run) + line.slice(index + fillers.length)];
  };
  if (names) {
    const [fillers = ''] = /<*$/.exec(line) ?? [];
    return put(line.length - fillers.length, fillers);
  }
  if (Math.abs(missing) > MOST_FILLERS) return [];
  const runs = [...line.matchAll(/<+/g)].sort((a, b) => b[0].length - a[0].length || b.index - a.index);
  return runs.slice(0, MOST_RUNS).flatMap(({ index, 0: fillers }) => put(index, fillers));
}

/** Every way to take one of each list. */
function oneOfEach(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>(
    (ways, list) => ways.flatMap((way) => list.map((each) => [...way, each])),
    [[]],
  );
}

function parsedZone(lines: readonly string[]): Zone | undefined {
  const read = zoneOf(lines, false);
  if (read?.holds) return read;
  const mended = zoneOf(lines, true);
  return mended?.holds ? mended : (read ?? mended);
}

function zoneOf(lines: readonly string[], autocorrect: boolean): Zone | undefined {
  let result: ParseResult;
  try {
    result = parse([...lines], { autocorrect });
  } catch {
    return undefined; // not of this format
  }
  const value = (field: string) => result.details.find((detail) => detail.field === field)?.value ?? '';
  const names = (lines.length === 2 ? lines[0]?.slice(5) : lines[2]) ?? '';
  const zone = {
    documentCode: (lines[0] ?? '').slice(0, 2),
    issuingState: value('issuingState'),
    lastName: value('lastName'),
    firstNames: value('firstName'),
    names,
    truncated: !names.endsWith('<'),
    documentNumber: result.documentNumber ?? value('documentNumber'),
    birthDate: value('birthDate'),
    expiresOn: value('expirationDate'),
  };
  // Digits among names: lines of another format, or slips that are still to be mended.
  if (!/^[A-Z ]+$/.test(zone.lastName + zone.firstNames)) return undefined;
  return { ...zone, holds: holds(result, zone.documentCode) };
}

/** Visas have the check digits of number, birth and expiry only (Doc 9303 part 7). */
function holds({ details }: ParseResult, documentCode: string): boolean {
  const digits = details.filter(({ field }) => field?.endsWith('CheckDigit'));
  const counted = documentCode.startsWith('V')
    ? digits.filter(({ field }) => field !== 'compositeCheckDigit' && field !== 'personalNumberCheckDigit')
    : digits;
  return counted.length >= 3 && counted.every(({ valid }) => valid);
}
