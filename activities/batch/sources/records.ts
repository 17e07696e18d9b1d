/** A record of a manifest in its bytes: from `start` up to, not including, `end`, which is behind the line break. */
export interface RawRecord {
  start: number;
  end: number;
  /** Line breaks in it. */
  lines: number;
  /** It begins a quoted field that does not end, or not well; then the record is its first line alone. */
  broken?: true;
  /** Of a line that is longer than `LONGEST_RECORD`, which goes on behind `end`. */
  cut?: true;
  /** Nothing but line breaks, one or many: no item. */
  blank?: true;
}

/**
 * Finds the record that begins at `start`.
 * @param whole nothing follows `bytes`, or nothing that belongs to this record
 * @returns undefined: more bytes are needed to tell
 */
export type NextRecord = (bytes: Uint8Array, start: number, whole: boolean) => RawRecord | undefined;

/** A longer record is broken, so that little is ever held: a key has 1,024 bytes at most (S3), a user id 255 characters. */
export const LONGEST_RECORD = 262_144;

export const LF = 0x0a;
export const CR = 0x0d;
const [QUOTE, COMMA] = [0x22, 0x2c];

/** A line of JSON Lines (jsonlines.org). */
export const nextLine: NextRecord = (bytes, start, whole) => {
  const blank = blankLines(bytes, start);
  if (blank) return blank;
  const end = lineEnd(bytes, start);
  if (end !== undefined && end - start <= LONGEST_RECORD) return { start, end, lines: 1 };
  if (bytes.length - start > LONGEST_RECORD)
    return { start, end: start + LONGEST_RECORD, lines: 0, broken: true, cut: true };
  if (!whole || start >= bytes.length) return undefined;
  return {
    start,
    end: bytes.length,
    lines: 0,
    ...(isBlank(bytes, start, bytes.length) ? { blank: true } : {}),
  };
};

/**
 * A record of CSV (RFC 4180), line breaks inside of quotes and all. A quote that is never closed would swallow what follows:
 * such a record is its first line alone, and the next line begins another one.
 */
export const nextCsvRecord: NextRecord = (bytes, start, whole) => {
  const first = nextLine(bytes, start, whole);
  if (!first || first.broken || first.blank || !hasQuote(bytes, first)) return first;
  const found = walkFields(bytes, start);
  if (found.at === 'end of record') return { start, end: found.end, lines: found.lines };
  if (found.at !== 'broken' && !whole && bytes.length - start <= LONGEST_RECORD) return undefined;
  if (found.at === 'end of bytes' && found.end - start <= LONGEST_RECORD)
    return { start, end: found.end, lines: found.lines };
  return { ...first, broken: true };
};

/** Walks over the fields of a record until a line break outside of quotes. */
function walkFields(
  bytes: Uint8Array,
  start: number,
): { at: 'end of record' | 'end of bytes' | 'quotes' | 'broken'; end: number; lines: number } {
  const limit = Math.min(bytes.length, start + LONGEST_RECORD + 1);
  let lines = 0;
  let at = start;
  const stop = (where: 'end of record' | 'end of bytes' | 'quotes' | 'broken') => ({
    at: where,
    end: at,
    lines,
  });
  while (at < limit) {
    if (bytes[at] === QUOTE) {
      for (at++; at < limit; at++) {
        if (bytes[at] === LF) lines++;
        if (bytes[at] !== QUOTE) continue;
        if (bytes[at + 1] !== QUOTE) break;
        at++;
      }
      if (at >= limit) return stop('quotes');
      at++;
      if (bytes[at] === CR && (at + 1 === bytes.length || bytes[at + 1] === LF)) at++;
    } else {
      while (at < limit && bytes[at] !== COMMA && bytes[at] !== LF) {
        if (bytes[at] === QUOTE) return stop('broken');
        at++;
      }
    }
    if (at >= limit) break;
    const byte = bytes[at++];
    if (byte === LF) {
      lines++;
      return stop('end of record');
    }
    if (byte !== COMMA) return stop('broken');
  }
  return stop('end of bytes');
}

const hasQuote = (bytes: Uint8Array, { start, end }: RawRecord) => bytes.subarray(start, end).includes(QUOTE);

function lineEnd(bytes: Uint8Array, start: number): number | undefined {
  const at = bytes.indexOf(LF, start);
  return at < 0 ? undefined : at + 1;
}

/** Blank lines that follow each other, all at once: a manifest may have millions. Undefined where none begins here. */
function blankLines(bytes: Uint8Array, start: number): RawRecord | undefined {
  let end = start;
  let lines = 0;
  for (let at = start; bytes[at] === LF || bytes[at] === CR; at++) {
    if (bytes[at] !== LF) continue;
    lines++;
    end = at + 1;
  }
  return lines > 0 ? { start, end, lines, blank: true } : undefined;
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes.subarray(start, end).every((byte) => byte === LF || byte === CR);
}
