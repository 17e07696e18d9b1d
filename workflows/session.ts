import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Decision } from '../domain/decision.js';
import type { ImageRef, Photos } from '../domain/image-ref.js';
import type { ReasonCode } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { judged, type Settlement, unjudged } from '../domain/settlement.js';
import { isFinal } from '../domain/status.js';
import { enrolment, saveSession } from './activities.js';
import { failures } from './failures.js';
import type { SessionInput } from './messages.js';
import { openSession, type Session } from './open-session.js';
import { persist } from './persist.js';
import { type Saga, startSaga } from './saga.js';

/** One try to judge the photos of a session. */
export interface Attempt {
  photos: Photos & { selfie: ImageRef };
  /** Starts at 1. */
  number: number;
}

/** The service could not judge in time. Costs the person no attempt; the caller is told to come back. */
export class Unavailable extends Error {}

export interface FlowStory {
  flow: 'registration' | 'authentication';
  /**
   * Judges one attempt, and registers an undo for everything it leaves behind; any decision but `verified` is undone.
   * @throws Unavailable to have the caller come back
   */
  judge: (attempt: Attempt, saga: Saga) => Promise<Decision>;
  /** What follows the answer, and what it found. */
  tail?: (state: SessionState) => Promise<ReasonCode | undefined>;
}

/**
 * The life of a verification session, whatever its flow: wait for photos, judge them, answer, and again while the
 * policy's attempts last. Nothing an attempt began is left behind, unless it ended well.
 */
export function runSession(input: SessionInput, story: FlowStory): Promise<SessionState> {
  const session = openSession(input, story.flow);
  return CancellationScope.nonCancellable(async () => {
    await live(input, story, session);
    await condition(allHandlersFinished);
    await save(input, session);
    const found = await story.tail?.(session.state());
    if (found) {
      session.flag(found);
      await save(input, session);
    }
    return session.state();
  });
}

async function live(input: SessionInput, story: FlowStory, session: Session): Promise<void> {
  const recorded = record(input, session);
  recorded.catch(() => {}); // thrown where it is awaited
  // A registration changes more than its own row, so that row comes first. A login saves the round trip.
  if (story.flow === 'registration') await recorded;

  while (!isFinal(session.state().status)) {
    const attempt = await nextAttempt(input, story, session);
    if (!attempt) break;
    const saga = startSaga();
    const outcome = await judge(story, session, attempt, saga);
    await recorded;
    if (outcome.status === 'blocked') {
      session.settle(outcome); // told first: undoing may need the same operator
      await save(input, session);
      await saga.undo();
      continue;
    }
    if (outcome.status !== 'verified') await saga.undo();
    session.settle(outcome);
    if (!isFinal(session.state().status)) await save(input, session);
  }
  await recorded;
}

/** Writes the session's first row. @throws ApplicationFailure `SessionExists` when there is one already */
async function record({ tenant, fingerprint }: SessionInput, session: Session): Promise<void> {
  const { firstExecutionRunId } = workflowInfo();
  const opening = { tenant, state: session.state(), fingerprint, run: firstExecutionRunId };
  const { opened } = await persist(() => enrolment.openSession(opening));
  if (opened) return;
  throw ApplicationFailure.create({
    type: failures.sessionExists,
    message: 'A session of this id exists already. Read it, or use another Idempotency-Key.',
    nonRetryable: true,
  });
}

/** The photos of the next attempt; undefined when the session has ended instead. */
async function nextAttempt(
  { policy }: SessionInput,
  { flow }: FlowStory,
  session: Session,
): Promise<Attempt | undefined> {
  const { status, expiresAt, updatedAt } = session.state();
  const waitsForPerson = status === 'requires_input' || status === 'processing';
  const ready = () =>
    session.isCanceling() || (session.state().status === 'processing' && session.isComplete());
  const deadline = waitsForPerson ? expiresAt : updatedAt + policy.flows[flow].reviewWithinSeconds * 1_000;

  // A session that has what it needs sets no timer.
  const inTime = ready() || (await condition(ready, Math.max(1, deadline - Date.now())));
  const { selfie } = session.photos();
  if (inTime && !session.isCanceling() && selfie) {
    return { photos: { ...session.photos(), selfie }, number: session.state().attempts.used + 1 };
  }
  if (inTime) session.settle(unjudged('canceled'));
  else session.settle(waitsForPerson ? unjudged('expired') : unjudged('rejected', ['review_expired']));
  return undefined;
}

async function judge(story: FlowStory, session: Session, attempt: Attempt, saga: Saga): Promise<Settlement> {
  try {
    return judged(await session.cancellable(() => story.judge(attempt, saga)));
  } catch (error) {
    // A step that fails while it is cancelled is not tried again; what it failed with no longer matters.
    if (isCancellation(error) || (session.isCanceling() && error instanceof TemporalFailure)) {
      return unjudged('canceled');
    }
    if (error instanceof Unavailable) return unjudged('requires_input', ['temporarily_unavailable']);
    // An activity that gave up; a local one fails without the ActivityFailure around it.
    if (error instanceof TemporalFailure) return unjudged('blocked', ['operator_must_act']);
    throw error; // a defect of ours: the task is tried again until it is mended
  }
}

function save({ tenant, faceKey }: SessionInput, session: Session): Promise<void> {
  return persist(() => saveSession({ tenant, state: session.state(), faceKey, discard: session.spent() }));
}
