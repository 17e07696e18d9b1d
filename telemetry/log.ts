import { pino } from 'pino';

/** Never in a log, whoever puts it there (docs/decisions/telemetry.md). */
const PERSONAL = ['userId', 'user_id', 'profile', 'email', 'phone', 'username', 'birthDate', 'birth_date'];

/** JSON lines on standard output. `LOG_LEVEL` chooses what is shown; `info` unless it says otherwise. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: 'idv' },
  redact: { paths: PERSONAL.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
});

/** An error as a log may show it: its name and where it happened. Messages of foreign errors may quote input. */
export function loggable(error: unknown): { name: string; at?: string } {
  if (!(error instanceof Error)) return { name: 'unknown' };
  const stack = (error.stack ?? '').replace(error.message, ''); // whose lines may look like frames
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, at: frames.slice(0, 12).join('\n') };
}
