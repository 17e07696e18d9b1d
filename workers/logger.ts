import { DefaultLogger, type Logger, type LogMetadata } from '@temporalio/worker';
import { pino } from 'pino';

/** Never in a log, whoever puts it there (DESIGN section 5). */
const PERSONAL = ['userId', 'user_id', 'profile', 'email', 'phone', 'username', 'birthDate', 'birth_date'];

/** JSON lines on standard output. `LOG_LEVEL` chooses what is shown; `info` unless it says otherwise. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: { service: 'idv' },
  redact: { paths: PERSONAL.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[redacted]' },
});

/** Temporal's own logger, into ours. */
export const temporalLogger: Logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
  const write = { TRACE: log.trace, DEBUG: log.debug, INFO: log.info, WARN: log.warn, ERROR: log.error }[
    level
  ];
  write.call(log, withoutArguments(meta), message);
});

/** The SDK adds whole errors; their messages are ours or AWS's names, but a stack trace is enough. */
function withoutArguments(meta: LogMetadata | undefined): object {
  const { error, ...rest } = meta ?? {};
  return error instanceof Error ? { ...rest, error: { name: error.name, stack: error.stack } } : rest;
}
