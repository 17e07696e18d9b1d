/** As much of a stream as is needed to draw on it. */
export interface Terminal {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** What is going on, drawn in place on a terminal, as a line now and then elsewhere. */
export interface ProgressOutput {
  readonly tty: boolean;
  /** The state now. `lines` are drawn on a terminal, with the width that there is; elsewhere `plain` is told when it is due. */
  show(view: { lines: (width: number) => readonly string[]; plain: string; urgent?: boolean }): void;
  /** A line that stays. */
  note(line: string): void;
  /** Leaves what is drawn where it is, and the cursor below it. */
  end(): void;
}

/** Elsewhere than on a terminal: a log that runs over days shall stay one that can be read. */
const PLAIN_EVERY_MS = 10_000;
const NARROW = 40;

/** @param now milliseconds, of any clock that goes forward */
export function progressOutput(
  terminal: Terminal,
  now: () => number = () => performance.now(),
): ProgressOutput {
  const tty = terminal.isTTY === true && process.env.TERM !== 'dumb';
  let drawn = 0;
  let toldAt = Number.NEGATIVE_INFINITY;
  let told = '';
  const wipe = () => {
    // Up to the first line that was drawn, and everything below it away.
    if (drawn > 0) terminal.write(`\r${drawn > 1 ? `\u001b[${drawn - 1}A` : ''}\u001b[J`);
    drawn = 0;
  };
  return {
    tty,
    show({ lines, plain, urgent = false }) {
      if (tty) {
        // The last column stays free: some terminals wrap when it is written to.
        const width = Math.max(NARROW, terminal.columns || 80) - 1;
        const fitting = lines(width).map((line) => [...line].slice(0, width).join(''));
        wipe();
        terminal.write(fitting.join('\n'));
        drawn = fitting.length;
        return;
      }
      if ((!urgent && now() - toldAt < PLAIN_EVERY_MS) || plain === told) return;
      toldAt = now();
      told = plain;
      terminal.write(`${plain}\n`);
    },
    note(line) {
      wipe();
      terminal.write(`${line}\n`);
    },
    end() {
      if (drawn > 0) terminal.write('\n');
      drawn = 0;
    },
  };
}

/** `[########--------]`: `share` 0–1, `width` in columns with its brackets. */
export function bar(share: number, width: number): string {
  const inside = Math.max(1, width - 2);
  const full = Math.floor(Math.min(1, Math.max(0, share)) * inside);
  return `[${'#'.repeat(full)}${'-'.repeat(inside - full)}]`;
}
