import { randomUUID } from 'node:crypto';
import { geometryOf } from '../text/geometry.js';
import type { Outline, PageText, Word } from '../text/text-engine.js';

const WHOLE: Outline = [
  { X: 0, Y: 0 },
  { X: 1, Y: 0 },
  { X: 1, Y: 1 },
  { X: 0, Y: 1 },
];

/**
 * A page as blocks: the page, its lines, their words, parents first
 * (https://docs.aws.amazon.com/textract/latest/dg/API_Block.html). `page`: 1 for the first.
 */
export function blocksOf({ lines }: PageText, page: number): object[] {
  const block = (BlockType: string, outline: Outline, children: readonly string[], more: object = {}) => ({
    BlockType,
    ...more,
    Geometry: geometryOf(outline),
    Id: randomUUID(),
    ...(children.length > 0 ? { Relationships: [{ Type: 'CHILD', Ids: children }] } : {}),
    Page: page,
  });
  const said = ({ text, confidence }: Word) => ({ Confidence: confidence, Text: text });

  const words = lines.map((line) =>
    line.words.map((word) => block('WORD', word.outline, [], { ...said(word), TextType: 'PRINTED' })),
  );
  const lineBlocks = lines.map((line, i) =>
    block(
      'LINE',
      line.outline,
      (words[i] ?? []).map(({ Id }) => Id),
      said(line),
    ),
  );
  return [
    block(
      'PAGE',
      WHOLE,
      lineBlocks.map(({ Id }) => Id),
    ),
    ...lineBlocks,
    ...words.flat(),
  ];
}
