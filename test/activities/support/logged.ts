import type { LoggedSince } from '../../../activities/write-log.js';

/** A log of a session: empty, but for what a test gives. */
export function logged(changes: Partial<LoggedSince> = {}): LoggedSince {
  return {
    events: [],
    facts: [],
    timeline: { processingMs: 0, personMs: 0, operatorMs: 0, since: 1_700_000_000_000, provisional: false },
    ...changes,
  };
}
