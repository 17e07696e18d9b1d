import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Spans, spansOf, takeChunk, withChunk, withoutChunk } from '../../../domain/batch/spans.js';

function all(spans: Spans): number[] {
  const chunks: number[] = [];
  for (let taken = takeChunk(spans); taken; taken = takeChunk(taken.left)) chunks.push(taken.chunk);
  return chunks;
}

describe('spans of chunks', () => {
  const numbers = fc.array(fc.nat(60));
  const sorted = (chunks: number[]) => [...new Set(chunks)].sort((a, b) => a - b);

  it('hold what was put into them, once, in order', () => {
    fc.assert(
      fc.property(numbers, numbers, (some, more) => {
        const spans = more.reduce(withChunk, spansOf(some));
        assert.deepEqual(all(spans), sorted([...some, ...more]));
        assert.deepEqual(spans, spansOf([...some, ...more]));
        assert.deepEqual(
          all(more.reduce(withoutChunk, spans)),
          sorted(some.filter((chunk) => !more.includes(chunk))),
        );
      }),
    );
    assert.deepEqual(spansOf([7, 3, 4, 5]), [
      [3, 5],
      [7, 7],
    ]);
  });

  it('stay small, however many there are: those that are near each other become one', () => {
    const every = Array.from({ length: 200_000 }, (_, at) => 2 * at);
    const spans = spansOf([...every, 1_000_000]);
    assert.ok(JSON.stringify(spans).length < 50_000, `${spans.length} spans`);
    assert.deepEqual([spans[0]?.[0], spans.at(-1)], [0, [1_000_000, 1_000_000]]);
    assert.ok(
      every.every((chunk, at) => at % 1_000 || spans.some(([from, to]) => from <= chunk && chunk <= to)),
    );
  });
});
