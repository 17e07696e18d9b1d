import type { PageText, Word } from '../text/text-engine.js';
import { type Label, labelAt } from './labels.js';

/** Where something is on the page when the page lies straight. Pixels. */
interface Place {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** A label with what follows it in its line, or a text without label. */
export interface Piece extends Place {
  label: Label | undefined;
  /** Without the label; empty when nothing follows it. */
  text: string;
  /** 0-100. */
  confidence: number;
}

/** The lines of a page, cut where a label begins, in the order of reading. */
export function piecesOf(page: PageText): Piece[] {
  const straight = straightened(page);
  return page.lines
    .flatMap(({ words }) => cut(words, straight))
    .sort((a, b) => a.top - b.top || a.left - b.left);
}

function cut(words: readonly Word[], straight: (word: Word) => Place): Piece[] {
  const pieces: Piece[] = [];
  let labelLeft = 0; // characters of the label that are still to be passed over
  for (const [i, word] of words.entries()) {
    const rest = words.slice(i).map(({ text }) => text);
    const label = labelLeft > 0 ? undefined : labelAt(rest.join(' '), i === 0);
    if (label) labelLeft = label.length;
    const text = word.text.slice(Math.min(labelLeft, word.text.length));
    labelLeft = Math.max(0, labelLeft - word.text.length - 1);
    const place = straight(word);
    const last = pieces.at(-1);
    if (label || !last) pieces.push({ label, text, confidence: word.confidence, ...place });
    else {
      last.text = [last.text, text].filter(Boolean).join(' ');
      last.confidence = Math.min(last.confidence, word.confidence);
      last.right = Math.max(last.right, place.right);
      last.top = Math.min(last.top, place.top);
      last.bottom = Math.max(last.bottom, place.bottom);
    }
  }
  return pieces;
}

/** Turns places by the angle at which most lines run. */
function straightened({ width, height, lines }: PageText): (word: Word) => Place {
  const angles = lines.map(({ outline: [a, b] }) => Math.atan2((b.Y - a.Y) * height, (b.X - a.X) * width));
  angles.sort((a, b) => a - b);
  const angle = angles[angles.length >> 1] ?? 0;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return ({ outline }) => {
    const xs = outline.map(({ X, Y }) => X * width * cos + Y * height * sin);
    const ys = outline.map(({ X, Y }) => Y * height * cos - X * width * sin);
    return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
  };
}
