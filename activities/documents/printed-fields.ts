import { countryNamed } from '../../domain/countries.js';
import type { Printed } from '../../domain/document.js';
import type { TextLine } from '../ports/text-reader.js';
import { type Label, type Labelled, labelOf, mayBe } from './labels.js';

/** A line with its label, if it begins with one. */
interface Piece extends TextLine {
  label?: Label;
}

/** A value may begin this many heights of its label right of it, or this many under it. */
const FAR_RIGHT = 8;
const FAR_BELOW = 1.2;

/** Where a label of a number and a word stands in the midst of a line, two fields were read as one line. */
const NEXT_LABEL = /\s(?=(?:[1-3]\s(?:LN|FN|DOB)|4[abd]\s(?:ISS|EXP|DL)|9a?\s(?:CLASS|END)|15\sSEX)\b)/i;

/**
 * What is printed on a side of a document: texts right of a label, or under it, and what the document calls itself. The first
 * of a kind counts, and one with a label of words before one with a number only.
 */
export function printedFields(lines: readonly TextLine[]): Printed {
  const pieces = lines.flatMap(cut).map((line): Piece => {
    const label = labelOf(line.text);
    return label ? { ...line, label } : line;
  });
  const free = new Set(pieces.filter(({ label }) => !label));
  const found: Printed = {};
  for (const bare of [false, true]) {
    for (const piece of pieces) {
      const { label } = piece;
      if (!label || label.bare !== bare || label.field === 'other' || found[label.field]) continue;
      const value = valueFor(piece, label, label.field, free);
      if (value) found[label.field] = value;
    }
  }
  const title = lines.map(({ text }) => text).join(' / ');
  const named = lines.map(({ text }) => text).find((text) => countryNamed(text) !== undefined);
  return { title, ...(named ? { country: named } : {}), ...found };
}

function valueFor(piece: Piece, { rest }: Label, field: Labelled, free: Set<Piece>): string | undefined {
  if (rest) return mayBe(field, rest) ? withMore(piece, rest, field, free) : undefined;
  const fits = (other: Piece) => mayBe(field, other.text);
  const value = rightOf(piece, free, fits) ?? below(piece, free, fits);
  if (!value) return undefined;
  free.delete(value);
  return withMore(value, value.text, field, free);
}

/** An address goes on in the next line. */
function withMore(piece: Piece, text: string, field: Labelled, free: Set<Piece>): string {
  if (field !== 'address') return text;
  const next = below(piece, free, (other) => mayBe(field, other.text) && /\d/.test(other.text));
  if (!next) return text;
  free.delete(next);
  return `${text}, ${next.text}`;
}

function cut(line: TextLine): TextLine[] {
  const [first = '', ...others] = line.text.split(NEXT_LABEL);
  return others.length === 0 ? [line] : [first, ...others].map((text) => ({ ...line, text }));
}

function below(piece: Piece, among: Iterable<Piece>, fits: (other: Piece) => boolean): Piece | undefined {
  const height = piece.bottom - piece.top;
  return nearest(among, fits, (other) => {
    if (Math.abs(other.left - piece.left) > 2 * height) return undefined;
    const distance = other.top - piece.bottom;
    return other.top > piece.top + height / 2 && distance < FAR_BELOW * height ? distance : undefined;
  });
}

function rightOf(piece: Piece, among: Iterable<Piece>, fits: (other: Piece) => boolean): Piece | undefined {
  const height = piece.bottom - piece.top;
  return nearest(among, fits, (other) => {
    const shared = Math.min(piece.bottom, other.bottom) - Math.max(piece.top, other.top);
    if (shared < Math.min(height, other.bottom - other.top) / 2) return undefined;
    const distance = other.left - piece.right;
    return distance > -height && distance < FAR_RIGHT * height ? distance : undefined;
  });
}

function nearest(
  among: Iterable<Piece>,
  fits: (other: Piece) => boolean,
  distanceOf: (piece: Piece) => number | undefined,
): Piece | undefined {
  let best: { piece: Piece; distance: number } | undefined;
  for (const piece of among) {
    const distance = distanceOf(piece);
    if (distance === undefined || (best && best.distance <= distance) || !fits(piece)) continue;
    best = { piece, distance };
  }
  return best?.piece;
}
