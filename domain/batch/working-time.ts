import { DAY_MS } from '../days.js';
import type { RateWindow } from './job.js';
import { nextChange, ratesAt } from './rate-windows.js';

/**
 * How long full rates would take for what is done between two times, in seconds: an hour at a share of 0.5 is half of one.
 * @param from milliseconds since the epoch
 */
export function fullSeconds(windows: readonly RateWindow[], from: number, to: number): number {
  let seconds = 0;
  for (const { share, begin, end } of stretches(windows, from, to))
    seconds += (share * (end - begin)) / 1_000;
  return seconds;
}

/**
 * How long it takes, in seconds, to do what full rates would do in `seconds`.
 * @returns undefined when the windows rest all day
 */
export function secondsFor(
  windows: readonly RateWindow[],
  from: number,
  seconds: number,
): number | undefined {
  const perDay = fullSeconds(windows, from, from + DAY_MS);
  if (!(perDay > 0)) return undefined;
  const days = Math.max(0, Math.floor(seconds / perDay) - 1);
  let left = seconds - days * perDay;
  const start = from + days * DAY_MS;
  for (const { share, begin, end } of stretches(windows, start, start + 3 * DAY_MS)) {
    const done = (share * (end - begin)) / 1_000;
    if (done >= left) return (begin - from) / 1_000 + (share > 0 ? left / share : 0);
    left -= done;
  }
  return undefined;
}

/** Stretches of one share each. */
function* stretches(windows: readonly RateWindow[], from: number, to: number) {
  for (let begin = from; begin < to; ) {
    const end = Math.min(to, nextChange({ windows }, begin) ?? to);
    yield { share: ratesAt({ rates: { IndexFaces: 1 }, windows }, begin).IndexFaces ?? 1, begin, end };
    begin = end;
  }
}
