import { DAY_MS } from '../days.js';
import { type BatchApi, type BatchSpec, batchApis, type Rates, type RateWindow } from './job.js';

type Schedule = Pick<BatchSpec, 'rates' | 'windows' | 'quotas'>;

const MINUTE_MS = 60_000;
const MINUTES_OF_A_DAY = 1_440;

/**
 * The rates at a time: those of the job times the share of the first window that the time is in, but no more than the quota.
 * An API without a limit has none at a share above 0 either; at 0 every API has the rate 0, which rests.
 * @param time milliseconds since the epoch
 * @throws RangeError when a window is not `HH:MM`, or its share is below 0
 */
export function ratesAt({ rates, windows, quotas = {} }: Schedule, time: number): Rates {
  const share = shareAt(windows, time);
  if (share === 0) return Object.fromEntries(batchApis.map((api) => [api, 0]));
  const limited = batchApis.filter((api) => rates[api] !== undefined);
  const most = (api: BatchApi) => quotas[api] ?? Number.POSITIVE_INFINITY;
  return Object.fromEntries(limited.map((api) => [api, Math.min((rates[api] ?? 0) * share, most(api))]));
}

/** When the rates change next, milliseconds since the epoch, after `time`; undefined: never. */
export function nextChange({ windows }: Pick<Schedule, 'windows'>, time: number): number | undefined {
  const parsed = windows.map(parse);
  const share = shareIn(parsed, minuteOf(time));
  const midnight = Math.floor(time / DAY_MS) * DAY_MS;
  return parsed
    .flatMap(({ from, to }) => [from, to])
    .flatMap((minutes) => [0, 1].map((day) => midnight + day * DAY_MS + minutes * MINUTE_MS))
    .filter((at) => at > time && shareIn(parsed, minuteOf(at)) !== share)
    .reduce<number | undefined>((first, at) => (first === undefined || at < first ? at : first), undefined);
}

/** A part of the day, UTC, with one share; milliseconds since midnight. */
export interface ShareOfDay {
  begin: number;
  end: number;
  share: number;
}

/** A whole day, part by part. @throws RangeError as `ratesAt` */
export function sharesOfDay(windows: readonly RateWindow[]): ShareOfDay[] {
  const parsed = windows.map(parse);
  const bounds = new Set([0, MINUTES_OF_A_DAY, ...parsed.flatMap(({ from, to }) => [from, to])]);
  const sorted = [...bounds].sort((a, b) => a - b);
  return sorted.slice(1).map((end, at) => {
    const begin = sorted[at] ?? 0;
    return { begin: begin * MINUTE_MS, end: end * MINUTE_MS, share: shareIn(parsed, begin) };
  });
}

/** Share of the rates at a time, 0 and above; 1 outside of windows. */
const shareAt = (windows: readonly RateWindow[], time: number): number =>
  shareIn(windows.map(parse), minuteOf(time));

/** A window in minutes of the day. */
interface ParsedWindow {
  from: number;
  to: number;
  share: number;
}

function parse({ from, to, share }: RateWindow): ParsedWindow {
  return { from: minutesOf(from), to: minutesOf(to), share };
}

const minuteOf = (time: number) => Math.floor((((time % DAY_MS) + DAY_MS) % DAY_MS) / MINUTE_MS);

function shareIn(windows: readonly ParsedWindow[], minute: number): number {
  const window = windows.find((each) => isIn(each, minute));
  if (!window) return 1;
  if (!(window.share >= 0)) throw new RangeError(`A window's share is 0 or above, not ${window.share}.`);
  return window.share;
}

/** `from` is in a window, `to` is not; a window from a time to the same one is the whole day. */
const isIn = ({ from, to }: ParsedWindow, minute: number): boolean =>
  from < to ? minute >= from && minute < to : minute >= from || minute < to;

/** Of the day; `24:00` is its end. */
function minutesOf(clock: string): number {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(clock) ?? [];
  const total = Number(hours) * 60 + Number(minutes);
  if (!(total <= MINUTES_OF_A_DAY)) {
    throw new RangeError(`"${clock}" is no time of the day: write HH:MM in UTC, as in 08:00 or 24:00.`);
  }
  return total;
}
