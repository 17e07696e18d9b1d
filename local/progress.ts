/** Where a line for a person goes. */
export type Log = (line: string) => void;

/** How often a long step says that it still runs, in milliseconds. */
const INTERVAL_MS = 5_000;

/** `seconds` as a person reads a clock: `8 s`, `3 min 24 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/**
 * Runs `work` and tells `log` the phase, the time elapsed and the time expected (both in seconds) every few
 * seconds, so that nobody takes a build for a hang. What `work` throws is thrown on. Where `signal` aborted in the
 * meantime, the phase is said to be stopped, however `work` ended.
 */
export async function withProgress<T>(
  log: Log,
  phase: string,
  expectedSeconds: number,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const started = performance.now();
  const elapsed = () => duration((performance.now() - started) / 1000);
  log(`${phase} (expected: about ${duration(expectedSeconds)})`);
  const timer = setInterval(
    () => log(`${phase}: ${elapsed()} elapsed, about ${duration(expectedSeconds)} expected`),
    INTERVAL_MS,
  );
  try {
    const result = await work();
    if (!signal?.aborted) log(`${phase}: done in ${elapsed()}`);
    return result;
  } finally {
    clearInterval(timer);
    if (signal?.aborted) log(`${phase}: stopped after ${elapsed()}`);
  }
}
