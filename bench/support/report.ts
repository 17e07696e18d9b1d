/** Sorted once; medians and tails of it in the unit of its values. */
export interface Distribution {
  n: number;
  median: number;
  p95: number;
  max: number;
}

/** One figure that a target of docs/performance.md is about. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  target?: { at: 'most' | 'least'; value: number };
}

export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { n: sorted.length, median: round(at(0.5)), p95: round(at(0.95)), max: round(at(1)) };
}

export function round(value: number, digits = 1): number {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/** Options that every benchmark takes. */
export interface BenchOptions {
  json: boolean;
  check: boolean;
  quick: boolean;
}

export function benchOptions(args: readonly string[] = process.argv.slice(2)): BenchOptions {
  const known = ['--json', '--check', '--quick'];
  const unknown = args.find((arg) => !known.includes(arg));
  if (unknown) throw new Error(`Unknown option ${unknown}. Options: ${known.join(', ')}.`);
  return { json: args.includes('--json'), check: args.includes('--check'), quick: args.includes('--quick') };
}

export function isMissed({ value, target }: Figure): boolean {
  if (!target) return false;
  return !(target.at === 'most' ? value <= target.value : value >= target.value); // NaN misses
}

/** Prints the figures, as a table for people or as one object, and sets the exit code where `--check` asks for it. */
export function report(title: string, figures: readonly Figure[], options: BenchOptions): void {
  if (options.json) console.log(JSON.stringify({ title, figures }));
  else {
    console.log(`\n${title}`);
    console.table(
      Object.fromEntries(
        figures.map((figure) => [
          figure.name,
          { value: figure.value, unit: figure.unit, target: targetText(figure), met: metText(figure) },
        ]),
      ),
    );
  }
  const missed = figures.filter(isMissed);
  for (const figure of missed) {
    console.error(`missed: ${figure.name} is ${figure.value} ${figure.unit}, target ${targetText(figure)}`);
  }
  if (options.check && missed.length > 0) process.exitCode = 1;
}

const targetText = ({ target }: Figure) =>
  target ? `${target.at === 'most' ? '≤' : '≥'} ${target.value}` : '';
const metText = (figure: Figure) => (figure.target ? (isMissed(figure) ? 'no' : 'yes') : '');
