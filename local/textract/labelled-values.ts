import { dateIn } from './dates.js';
import { DATES, type FieldType } from './labels.js';
import type { Piece } from './pieces.js';

/** Text with how sure it is, 0-100. */
export interface Value {
  text: string;
  confidence: number;
}

/** A value may stand this many heights of its label right of it, or this many under it. */
const FAR_RIGHT = 8;
const FAR_BELOW = 1;

/**
 * The values of labels: in the same line, right of the label, or under it. The first of a type counts, and one with a label
 * of words before one with a number only.
 */
export function labelledValues(pieces: readonly Piece[]): Map<FieldType, Piece> {
  const found = new Map<FieldType, Piece>();
  const free = new Set(pieces.filter(({ label }) => !label));
  for (const bare of [false, true]) {
    for (const piece of pieces) {
      const { label } = piece;
      if (!label || label.bare !== bare || label.type === 'other' || found.has(label.type)) continue;
      const fits = ({ text }: Piece) => !DATES.has(label.type) || dateIn(text) !== undefined;
      const fitting = [...free].filter(fits);
      const own = piece.text && fits(piece) ? piece : undefined;
      const value = own ?? rightOf(piece, fitting) ?? below(piece, fitting);
      if (!value) continue;
      free.delete(value);
      found.set(label.type, value);
    }
  }
  return found;
}

/** The nearest text without a label under `piece`, beginning where it begins. */
export function below(piece: Piece, among: Iterable<Piece>): Piece | undefined {
  const height = piece.bottom - piece.top;
  return nearest(among, (other) => {
    if (Math.abs(other.left - piece.left) > 2 * height) return undefined;
    const distance = other.top - piece.bottom;
    return other.top > piece.top + height / 2 && distance < FAR_BELOW * height ? distance : undefined;
  });
}

function rightOf(piece: Piece, among: Iterable<Piece>): Piece | undefined {
  const height = piece.bottom - piece.top;
  return nearest(among, (other) => {
    const shared = Math.min(piece.bottom, other.bottom) - Math.max(piece.top, other.top);
    if (shared < Math.min(height, other.bottom - other.top) / 2) return undefined;
    const distance = other.left - piece.right;
    return distance > -height && distance < FAR_RIGHT * height ? distance : undefined;
  });
}

function nearest(
  among: Iterable<Piece>,
  distanceOf: (piece: Piece) => number | undefined,
): Piece | undefined {
  let best: { piece: Piece; distance: number } | undefined;
  for (const piece of among) {
    const distance = distanceOf(piece);
    if (distance !== undefined && !(best && best.distance <= distance)) best = { piece, distance };
  }
  return best?.piece;
}
