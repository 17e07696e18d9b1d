/** One figure of a benchmark. */
export interface Measurement {
  what: string;
  unit: 'ms' | 'photos/s' | 'bytes/face';
  median: number;
  p95?: number;
  /** The median must not be above it. */
  target?: number;
}

/** The middle of numbers. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/** The value that `percent` of the numbers do not exceed (nearest rank). */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints a table for people, or one JSON object. Answers what missed its target; says so on stderr. */
export function report(
  title: string,
  measurements: readonly Measurement[],
  { json }: { json: boolean },
): Measurement[] {
  const missed = measurements.filter(({ median: value, target }) => target !== undefined && value > target);
  if (json) console.log(JSON.stringify({ title, measurements, missed: missed.map(({ what }) => what) }));
  else console.log([title, '', ...measurements.map(line)].join('\n'));
  for (const { what, median: value, unit, target } of missed) {
    console.error(`${what}: ${rounded(value)} ${unit} misses its target of ${target} ${unit}`);
  }
  return missed;
}

function line({ what, unit, median: value, p95, target }: Measurement): string {
  const figures = [
    `${rounded(value)} ${unit}`.padEnd(18),
    (p95 === undefined ? '' : `p95 ${rounded(p95)}`).padEnd(12),
    target === undefined ? '' : `target ${target}: ${value <= target ? 'met' : 'MISSED'}`,
  ];
  return `${what.padEnd(44)}${figures.join(' ')}`.trimEnd();
}

function rounded(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}
