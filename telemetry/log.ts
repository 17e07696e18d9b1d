import { pino } from 'pino';

/** Never in a log, whoever puts it there (DESIGN section 5). */
const PERSONAL = ['userId', 'user_id', 'profile', 'email', 'phone', 'username', 'birthDate', 'birth_date'];

/** JSON lines on standard output. `LOG_LEVEL` chooses what is shown; `info` unless it says otherwise. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: 'idv' },
  redact: { paths: PERSONAL.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
});
