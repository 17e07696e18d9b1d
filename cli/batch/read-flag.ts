import { InvalidArgumentError } from 'commander';
import { type BatchApi, batchApis, type RateWindow } from '../../domain/batch/job.js';

/** Calls a second by operation; null takes a limit away. */
export type TpsFlag = Partial<Record<BatchApi, number | null>>;

const number = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

/**
 * Reads one `--tps`, on top of those before it: `50` for every operation, or `IndexFaces=50,SearchFaces=none`.
 * @throws InvalidArgumentError with what to give
 */
export function readTps(text: string, before: TpsFlag = {}): TpsFlag {
  if (!text.includes('=')) {
    const rate = rateOf(text);
    return Object.fromEntries(batchApis.map((api) => [api, rate]));
  }
  const named = text.split(',').map((part) => {
    const [name = '', value = ''] = part.split('=');
    const api = batchApis.find((each) => each.toLowerCase() === name.trim().toLowerCase());
    if (!api) throw new InvalidArgumentError(`"${name}" is none of ${batchApis.join(', ')}.`);
    return [api, rateOf(value)] as const;
  });
  return { ...before, ...Object.fromEntries(named) };
}

function rateOf(text: string): number | null {
  if (text.trim() === 'none') return null;
  const rate = number(text);
  if (rate > 0 && Number.isFinite(rate)) return rate;
  throw new InvalidArgumentError(
    'Give calls a second, above 0: 50, or IndexFaces=50,SearchFaces=20; "none" is no limit. To rest, pause the job.',
  );
}

/** Reads a share: `0.2`, or `20%`. @throws InvalidArgumentError with what to give */
export function readHeadroom(text: string): number {
  const share = text.endsWith('%') ? number(text.slice(0, -1)) / 100 : number(text);
  if (share >= 0 && share <= 0.95) return share;
  throw new InvalidArgumentError(
    'Give the share of the quota that is left to others, 0 to 0.95: 0.2, or 20%.',
  );
}

const WINDOW = /^(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d)=(?<share>[\d.]+%?)$/;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/**
 * Reads one `--window`, after those before it: `22:00-06:00=1.0`, hours in UTC and a share of the rates; `none` forgets those
 * before it.
 * @throws InvalidArgumentError with what to give
 */
export function readWindow(text: string, before: readonly RateWindow[] = []): readonly RateWindow[] {
  if (text === 'none') return [];
  const { from = '', to = '', share: written = '' } = WINDOW.exec(text)?.groups ?? {};
  const share = written.endsWith('%') ? number(written.slice(0, -1)) / 100 : number(written);
  if (TIME.test(from) && TIME.test(to) && from !== to && share >= 0 && share <= 10)
    return [...before, { from, to, share }];
  throw new InvalidArgumentError(
    'Give hours of the day in UTC and the share of the rates that they have: 22:00-06:00=1.0, 08:00-18:00=20%, or 12:00-13:00=0 to rest.',
  );
}
