/**
 * How long the caller wants to wait: `Prefer: wait=N` in seconds, `Prefer: respond-async` for not at all (RFC 7240).
 * @returns milliseconds, never more than `longest`
 */
export function waitMs(header: string | undefined, fallback: number, longest = 60_000): number {
  if (/(^|[,;\s])respond-async\b/i.test(header ?? '')) return 1;
  const [, seconds] = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,4})"?/i.exec(header ?? '') ?? [];
  return seconds === undefined ? fallback : Math.max(1, Math.min(Number(seconds) * 1_000, longest));
}
