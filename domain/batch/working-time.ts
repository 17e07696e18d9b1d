import { DAY_MS } from '../days.js';
import type { RateWindow } from './job.js';
import { type ShareOfDay, sharesOfDay } from './rate-windows.js';

/**
 * How long full rates would take for what is done between two times, in seconds: an hour at a share of 0.5 is half of one.
 * Every day is like the other, so that years take no longer than a day.
 * @param from milliseconds since the epoch
 */
export function fullSeconds(windows: readonly RateWindow[], from: number, to: number): number {
  const day = sharesOfDay(windows);
  const days = Math.max(0, Math.floor((to - from) / DAY_MS));
  return days * sumOf(day) + sumOf(stretches(day, from + days * DAY_MS, to));
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
  const day = sharesOfDay(windows);
  const perDay = sumOf(day);
  if (!(perDay > 0)) return undefined;
  const days = Math.max(0, Math.floor(seconds / perDay) - 1);
  let left = seconds - days * perDay;
  const start = from + days * DAY_MS;
  for (const { share, begin, end } of stretches(day, start, start + 3 * DAY_MS)) {
    const done = (share * (end - begin)) / 1_000;
    if (done >= left) return (begin - from) / 1_000 + (share > 0 ? left / share : 0);
    left -= done;
  }
  return undefined;
}

function sumOf(stretchesOfOneShare: Iterable<ShareOfDay>): number {
  let seconds = 0;
  for (const { share, begin, end } of stretchesOfOneShare) seconds += (share * (end - begin)) / 1_000;
  return seconds;
}

/** Stretches of one share each; milliseconds since the epoch. A few days at most. */
function* stretches(day: readonly ShareOfDay[], from: number, to: number): Generator<ShareOfDay> {
  for (let midnight = Math.floor(from / DAY_MS) * DAY_MS; midnight < to; midnight += DAY_MS) {
    for (const { begin, end, share } of day) {
      const stretch = { begin: Math.max(from, midnight + begin), end: Math.min(to, midnight + end), share };
      if (stretch.begin < stretch.end) yield stretch;
    }
  }
}
