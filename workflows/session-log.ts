import type { LoggedSince } from '../activities/write-log.js';
import { eventsBetween, type SessionEvent } from '../domain/events.js';
import type { SessionState } from '../domain/session.js';
import { advanced, begunTimeline } from '../domain/timeline.js';
import { countAttempt, takeFacts } from './call-facts.js';

/** What happened to a session and is not written yet: it goes with the state, so that nobody waits for it. */
export interface SessionLog {
  became(before: SessionState, after: SessionState): void;
  /** The first events of a session that waits for its person: its next state may be days away. Taken once. */
  opening(): readonly SessionEvent[];
  /** Everything since it was taken last. */
  take(): LoggedSince;
}

/** @param first the state of a session that was just created */
export function startLog(first: SessionState): SessionLog {
  let events = eventsBetween(undefined, first);
  let timeline = begunTimeline(first);
  const takeEvents = () => events.splice(0);
  return {
    became(before, after) {
      events = [...events, ...eventsBetween(before, after)];
      timeline = advanced(timeline, before, after);
      if (after.attempts.used !== before.attempts.used) countAttempt(after.attempts.used + 1);
    },
    opening: () => (first.status === 'processing' ? [] : takeEvents()),
    take: () => ({ events: takeEvents(), timeline, ...takeFacts() }),
  };
}
