import type { LivenessPolicy } from './policy.js';

/** Failed captures of the running window. Times in seconds since the epoch. */
export interface Failures {
  captures: readonly string[];
  windowEnds: number;
  /** Nobody may begin another capture before. */
  coolUntil?: number;
}

/**
 * What is known after another capture failed; undefined where that changes nothing: it was counted before, or a cool-down
 * is in force already (the capture was begun before that).
 */
export function afterFailure(
  before: Failures | undefined,
  captureId: string,
  now: number,
  { failures, withinSeconds, seconds }: LivenessPolicy['coolDown'],
): Failures | undefined {
  if (before?.captures.includes(captureId) || (before?.coolUntil ?? 0) > now) return undefined;
  const running = before && before.coolUntil === undefined && before.windowEnds > now ? before : undefined;
  const captures = [...(running?.captures ?? []), captureId];
  return {
    captures,
    windowEnds: running?.windowEnds ?? now + withinSeconds,
    ...(captures.length >= failures ? { coolUntil: now + seconds } : {}),
  };
}
