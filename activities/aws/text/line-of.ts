import type { TextLine } from '../../ports/text-reader.js';

/** A box as both services give it: ratios of the image's width and height. */
export interface Box {
  Left?: number;
  Top?: number;
  Width?: number;
  Height?: number;
}

/** A line of text in its box. */
export function lineOf(text: string, { Left = 0, Top = 0, Width = 0, Height = 0 }: Box = {}): TextLine {
  return { text, left: Left, top: Top, right: Left + Width, bottom: Top + Height };
}
