/** A token bucket: `tps` tokens a second flow in, `burst` fit. */
export interface TokenBucket {
  readonly tps: number;
  readonly burst: number;
  /** Takes a token if there is one. */
  take(): boolean;
}

/** A full bucket. `now` gives milliseconds that never go back. */
export function tokenBucket(
  tps: number,
  burst: number,
  now: () => number = () => performance.now(),
): TokenBucket {
  let tokens = burst;
  let filledAt = now();
  return {
    tps,
    burst,
    take() {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * tps);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
