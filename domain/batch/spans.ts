/** Numbers of chunks, in order: from one to another one, both included. */
export type Spans = readonly (readonly [from: number, to: number])[];

/** At most; a job may have 400,000 chunks, and what goes from run to run has to be small. */
const MOST = 2_000;

/** Spans of these numbers. Where they would be too many, the smallest gaps are closed: chunks in them are worked on in vain. */
export function spansOf(chunks: Iterable<number>): Spans {
  const spans: [number, number][] = [];
  for (const chunk of [...chunks].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && chunk <= last[1] + 1) last[1] = Math.max(last[1], chunk);
    else spans.push([chunk, chunk]);
  }
  return fewer(spans);
}

/** The spans with one more number in them. */
export function withChunk(spans: Spans, chunk: number): Spans {
  if (spans.some(([from, to]) => from <= chunk && chunk <= to)) return spans;
  const before = spans.filter(([, to]) => to < chunk - 1);
  const after = spans.filter(([from]) => from > chunk + 1);
  const beside = spans.slice(before.length, spans.length - after.length).flat();
  return fewer([...before, [Math.min(chunk, ...beside), Math.max(chunk, ...beside)], ...after]);
}

/** The lowest number, and the spans without it. */
export function takeChunk([first, ...others]: Spans): { chunk: number; left: Spans } | undefined {
  if (!first) return undefined;
  const [from, to] = first;
  return { chunk: from, left: from < to ? [[from + 1, to], ...others] : others };
}

/** The spans with one number less in them. */
export const withoutChunk = (spans: Spans, chunk: number): Spans =>
  spans.flatMap(([from, to]) => {
    if (chunk < from || to < chunk) return [[from, to] as const];
    const parts = [[from, chunk - 1] as const, [chunk + 1, to] as const];
    return parts.filter(([first, last]) => first <= last);
  });

function fewer(spans: Spans): Spans {
  if (spans.length <= MOST) return spans;
  const gaps = spans.slice(1).map(([from], at) => from - (spans[at]?.[1] ?? 0));
  // Half as many, so that it is not done for each number that comes.
  const widest = new Set(
    gaps
      .map((gap, at) => ({ gap, at }))
      .sort((a, b) => b.gap - a.gap)
      .slice(0, MOST / 2 - 1)
      .map(({ at }) => at),
  );
  const joined: [number, number][] = [];
  spans.forEach(([from, to], at) => {
    const last = joined.at(-1);
    if (last && !widest.has(at - 1)) last[1] = to;
    else joined.push([from, to]);
  });
  return joined;
}
