import type { Problem } from './assess.js';
import { KINDS, type Kind } from './plan.js';
import type { Swept } from './sweep.js';

/** The last line: `faults: N runs, 0 orphans, 0 ghosts, 0 wrong verdicts`. */
export function closingLine({ results }: Swept): string {
  const count = (kind: Problem['kind']) =>
    results.reduce(
      (sum, { problems }) => sum + problems.filter((problem) => problem.kind === kind).length,
      0,
    );
  const counts = `${count('orphan')} orphans, ${count('ghost')} ghosts, ${count('verdict')} wrong verdicts`;
  return `faults: ${results.length} runs, ${counts}`;
}

/** Everything that is wrong, each with the command that shows it again. */
export function complaints({ results, gaps }: Swept): string[] {
  return [
    ...gaps,
    ...results
      .filter(({ problems, missed }) => problems.length > 0 || missed)
      .flatMap(({ name, problems, missed }) => [
        `${name}: npm run test:faults -- --only ${name}`,
        ...problems.map(({ kind, text }) => `  ${kind}: ${text}`),
        ...(missed
          ? ['  it went another way than planned: the fault never happened, or a race was run otherwise']
          : []),
      ]),
  ];
}

/** Rows of flow and setting, a column per kind of fault: runs, and how many of them went wrong. */
export function table({ results }: Swept): Record<string, Record<string, string>> {
  const rows: Record<string, Record<string, string>> = {};
  for (const { case: one } of results) {
    const row = `${one.flow.name}${one.setting === 'plain' ? '' : ` (${one.setting})`}`;
    rows[row] ??= Object.fromEntries(
      (['undisturbed', ...KINDS] as const).map((kind) => [kind, cell(row, kind)]),
    );
  }
  return rows;

  function cell(row: string, kind: Kind | 'undisturbed'): string {
    const runs = results.filter(
      ({ case: one }) =>
        `${one.flow.name}${one.setting === 'plain' ? '' : ` (${one.setting})`}` === row &&
        (one.fault?.kind ?? 'undisturbed') === kind,
    );
    const bad = runs.filter(({ problems, missed }) => problems.length > 0 || missed).length;
    return runs.length === 0 ? '' : `${runs.length}${bad > 0 ? `, ${bad} bad` : ''}`;
  }
}
