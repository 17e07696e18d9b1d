import { DefaultLogger, type Logger, type LogMetadata } from '@temporalio/worker';
import { log, loggable } from '../telemetry/log.js';

/** Temporal's own logger, into ours. */
export const temporalLogger: Logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
  const write = { TRACE: log.trace, DEBUG: log.debug, INFO: log.info, WARN: log.warn, ERROR: log.error }[
    level
  ];
  write.call(log, plain(meta), message);
});

/** The SDK adds whole errors to its lines. */
function plain(meta: LogMetadata | undefined): object {
  const { error, ...rest } = meta ?? {};
  return error === undefined ? rest : { ...rest, error: loggable(error) };
}
