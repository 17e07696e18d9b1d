import type { Input } from './image-ref.js';
import type { SessionState } from './session.js';
import { isFinal, type Status } from './status.js';

/** Where the time of a session went; times in milliseconds. */
export interface Timeline {
  /** The service judged, or undid what it began. */
  processingMs: number;
  /** The person was to hand something in. */
  personMs: number;
  /** Somebody was to review, or to mend what blocked the session. */
  operatorMs: number;
  /** When the present status began. */
  since: number;
  endedAt?: number;
  /** It was answered ahead of its end. */
  provisional: boolean;
  /** What the person was asked for last. */
  askedFor?: Input;
}

type Spent = 'processingMs' | 'personMs' | 'operatorMs';

const waitsFor: Record<Status, Spent> = {
  requires_input: 'personMs',
  processing: 'processingMs',
  needs_review: 'operatorMs',
  blocked: 'operatorMs',
  verified: 'processingMs',
  rejected: 'processingMs',
  expired: 'processingMs',
  canceled: 'processingMs',
};

/** The timeline of a session that was just created. */
export function begunTimeline({ createdAt, missingInputs: [first] }: SessionState): Timeline {
  const spent = { processingMs: 0, personMs: 0, operatorMs: 0 };
  return { ...spent, since: createdAt, provisional: false, ...(first ? { askedFor: first } : {}) };
}

/** The timeline after a change of the session. What comes after its end takes no time of it. */
export function advanced(timeline: Timeline, before: SessionState, after: SessionState): Timeline {
  if (timeline.endedAt !== undefined) return timeline;
  const spent = waitsFor[before.status];
  const [asked] = after.missingInputs;
  return {
    ...timeline,
    [spent]: timeline[spent] + Math.max(0, after.updatedAt - timeline.since),
    since: Math.max(after.updatedAt, timeline.since),
    provisional: timeline.provisional || after.provisional !== undefined,
    ...(asked ? { askedFor: asked } : {}),
    ...(isFinal(after.status) ? { endedAt: after.updatedAt } : {}),
  };
}
