/**
 * How long the caller wants to wait: `Prefer: wait=N` in seconds, `Prefer: respond-async` for not at all, both for N
 * seconds at most (RFC 7240, sections 4.1 and 4.3).
 * @returns milliseconds, never more than `longest`
 */
export function waitMs(header: string | undefined, fallback: number, longest = 60_000): number {
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(header ?? '') ?? [];
  if (seconds !== undefined) return Math.max(1, Math.min(Number(seconds) * 1_000, longest));
  return /(^|[,;\s])respond-async\b/i.test(header ?? '') ? 1 : fallback;
}
