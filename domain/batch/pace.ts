import type { LanePace } from './chunk.js';
import type { BatchApi } from './job.js';

/** Of the target, so that clocks which disagree and calls that bunch on their way do not add up to more than it. */
export const PACE_SHARE = 0.98;

/** How far a lane may fall behind and still catch up. A quota has a burst of about a second's worth. */
const CATCH_UP_MS = 1_000;
/** Catching up goes so much faster, and not in one burst: AWS does not publish how large a burst it takes. */
const CATCH_UP_SPEED = 1.25;

/** Throttling over this share of the calls of `WINDOW_MS` slows the lane down. */
const TOLERATED = 0.01;
const WINDOW_MS = 5_000;
const SLOT_MS = 1_000;
const SLOWER = 0.9;
/** Of 1, a second. */
const RECOVERY = 0.02;
/** A lane never stops asking: it would not learn that it is welcome again. */
const LEAST = 0.05;

type Times = Readonly<Partial<Record<BatchApi, number>>>;

/** Answers that came since `at`. */
interface Slot {
  at: number;
  calls: number;
  throttled: number;
}

/** Where a lane stands while it works on a chunk. Times are milliseconds since the epoch. */
export interface Turns extends LanePace {
  /** When the last call went, or goes, by API. */
  last: Times;
  /** The oldest first, a second each, of five seconds; never empty. */
  slots: readonly [Slot, ...Slot[]];
  /** Not slowed down again before. */
  steadyUntil: number;
}

/** A lane at the beginning of a chunk. */
export function beginTurns(pace: LanePace, now: number): Turns {
  return { ...pace, last: {}, slots: [{ at: now, calls: 0, throttled: 0 }], steadyUntil: now };
}

/**
 * Takes the lane's next turn for a call; a call that is made again takes another one.
 *
 * Turns follow each other at 98 % of the rate; from any moment on there are never more of them than that, plus a
 * second's worth that was left unused before.
 * @returns when the call may go, milliseconds since the epoch: `now`, or later
 * @throws RangeError when the rate is 0
 */
export function takeTurn(turns: Turns, api: BatchApi, now: number): { at: number; turns: Turns } {
  const rate = turns.rates[api];
  if (rate === undefined) return { at: now, turns };
  if (!(rate > 0)) throw new RangeError(`${api} rests: begin no chunk while its rate is 0.`);
  const interval = 1_000 / (rate * PACE_SHARE * turns.allowed);
  const earliest = now - Math.max(0, CATCH_UP_MS - interval);
  const turn = Math.max(turns.next[api] ?? now, earliest);
  const apart = (turns.last[api] ?? Number.NEGATIVE_INFINITY) + interval / CATCH_UP_SPEED;
  const at = Math.max(turn, apart, now);
  return {
    at,
    turns: {
      ...turns,
      next: { ...turns.next, [api]: turn + interval },
      last: { ...turns.last, [api]: at },
    },
  };
}

/**
 * Takes note of an answer. More than 1 % throttled within five seconds: a tenth slower, once in five seconds. Otherwise
 * the lane recovers by 2 % of its rates a second.
 * @param throttled whether the answer was that there are too many calls, of Rekognition or of DynamoDB
 */
export function noteAnswer(turns: Turns, throttled: boolean, now: number): Turns {
  const [first, ...others] = turns.slots;
  const current = others.at(-1) ?? first;
  const slot = { ...current, calls: current.calls + 1, throttled: current.throttled + (throttled ? 1 : 0) };
  const noted: Turns = {
    ...turns,
    slots: others.length > 0 ? [first, ...others.slice(0, -1), slot] : [slot],
  };
  return now - slot.at < SLOT_MS ? noted : settle(noted, now);
}

/** What the next chunk of the lane begins with. */
export function paceAfter(turns: Turns, now: number): Pick<LanePace, 'next' | 'allowed'> {
  const { next, allowed } = settle(turns, now);
  return { next, allowed };
}

/** What a lane goes on with when its chunk came back, throttled: each of its tries has begun as fast as the first. */
export const afterThrottledTries = ({ next, allowed }: Pick<LanePace, 'next' | 'allowed'>) => ({
  next,
  allowed: Math.max(LEAST, allowed / 2),
});

/** Calls at once while throttling leaves only so much of the rates: what slows a lane down whose API has no rate. */
export function concurrencyAllowed(concurrency: number, allowed: number): number {
  return Math.max(1, Math.floor(concurrency * allowed));
}

/** Changes what is allowed by the answers of the last five seconds, and begins another second. */
function settle(turns: Turns, now: number): Turns {
  const { slots, allowed, steadyUntil } = turns;
  const fresh: Slot = { at: now, calls: 0, throttled: 0 };
  const recent = slots.filter(({ at }, index) => at > now - WINDOW_MS || index === slots.length - 1);
  const sum = (of: 'calls' | 'throttled') => recent.reduce((total, slot) => total + slot[of], 0);
  if (sum('throttled') > TOLERATED * sum('calls')) {
    if (now < steadyUntil) return { ...turns, slots: withFresh(recent, fresh) };
    return {
      ...turns,
      allowed: Math.max(LEAST, allowed * SLOWER),
      steadyUntil: now + WINDOW_MS,
      slots: [fresh],
    };
  }
  const seconds = Math.max(0, now - (slots.at(-1)?.at ?? now)) / 1_000;
  return {
    ...turns,
    allowed: Math.min(1, allowed + RECOVERY * seconds),
    slots: withFresh(recent, fresh),
  };
}

const withFresh = (slots: readonly Slot[], fresh: Slot): [Slot, ...Slot[]] => {
  const [first, ...others] = [...slots, fresh];
  return [first ?? fresh, ...others];
};
