import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type { Acceptance } from '../domain/acceptance.js';
import type { Decision } from '../domain/decision.js';
import type { Photos } from '../domain/image-ref.js';
import type { Flow } from '../domain/policy.js';
import type { Check, ReasonCode } from '../domain/reasons.js';
import type { LivenessCapture, SessionState } from '../domain/session.js';
import { judged, type Settlement, unjudged } from '../domain/settlement.js';
import { isFinal } from '../domain/status.js';
import { enrolment, saveSession } from './activities.js';
import { blockedBy } from './blocked-by.js';
import { failures } from './failures.js';
import type { SessionInput } from './messages.js';
import { openSession } from './open-session.js';
import { persist } from './persist.js';
import { removeRetained } from './remove-retained.js';
import { type Saga, startSaga } from './saga.js';
import type { SpentPhoto } from './session-inputs.js';
import type { Session } from './session-state.js';

/** One try to judge what was handed in. */
export interface Attempt {
  photos: Photos;
  /** A liveness capture that the person has finished. */
  capture?: LivenessCapture;
  /** Starts at 1. */
  number: number;
  /** What a reviewer has let pass. */
  accepted: readonly Acceptance[];
  /** Answers ahead of the end: every check but the pending ones has passed. */
  provide(pending: readonly Check[]): Promise<void>;
  /** Photos that the attempt itself brought: they go the way of those handed in. */
  hold(photo: SpentPhoto): void;
  /** Runs a step once in the session's life, however often it is judged. */
  once<T>(name: string, step: () => Promise<T>): Promise<T>;
}

/** The service could not judge in time. Costs the person no attempt; the caller is told to come back. */
export class Unavailable extends Error {}

export interface FlowStory {
  flow: Flow;
  /**
   * Judges one attempt, and registers an undo for everything it leaves behind; any decision but `verified` is undone.
   * @throws Unavailable to have the caller come back
   */
  judge: (attempt: Attempt, saga: Saga) => Promise<Decision>;
  /** What follows the answer, and what it found beyond what a reviewer has let pass. */
  tail?: (state: SessionState, accepted: readonly Acceptance[]) => Promise<ReasonCode | undefined>;
}

/**
 * The life of a verification session, whatever its flow: wait for photos, judge them, answer, and again while the
 * policy's attempts last. Nothing an attempt began is left behind, unless it ended well.
 */
export function runSession(input: SessionInput, story: FlowStory): Promise<SessionState> {
  const session = openSession(input, story.flow);
  return CancellationScope.nonCancellable(async () => {
    const retained: SpentPhoto[] = [];
    const save = async () => retained.push(...(await saveState(input, session)));
    await live(input, story, session, save);
    await condition(allHandlersFinished);
    await save();
    const found = await story.tail?.(session.state(), session.accepted());
    if (found) {
      session.flag(found);
      await save();
    }
    await removeRetained(input, retained);
    return session.state();
  });
}

async function live(
  input: SessionInput,
  story: FlowStory,
  session: Session,
  save: () => Promise<unknown>,
): Promise<void> {
  const recorded = record(input, session);
  recorded.catch(() => {}); // thrown where it is awaited
  // A flow that changes a user changes more than its own row, so that row comes first. A login saves the round trip.
  if (story.flow !== 'authentication') await recorded;

  while (!isFinal(session.state().status)) {
    const attempt = await nextAttempt(input, story, session, save);
    if (attempt) {
      const saga = startSaga();
      const outcome = await judge(story, session, attempt, saga);
      await recorded;
      if (outcome.status === 'blocked') {
        session.settle(outcome); // told first: undoing may need the same operator
        await save();
        await session.undoing(saga.undo);
        continue;
      }
      if (outcome.status !== 'verified') await saga.undo();
      session.settle(outcome);
    }
    if (!isFinal(session.state().status)) await save();
  }
  await recorded;
}

/** Writes the session's first row. @throws ApplicationFailure `SessionExists` when there is one already */
async function record({ tenant, fingerprint }: SessionInput, session: Session): Promise<void> {
  const { firstExecutionRunId } = workflowInfo();
  const opening = {
    ...{ tenant, state: session.state(), fingerprint, run: firstExecutionRunId },
    events: session.log.opening(),
  };
  const { opened } = await persist(() => enrolment.openSession(opening));
  if (opened) return;
  throw ApplicationFailure.create({
    type: failures.sessionExists,
    message: 'A session of this id exists already. Read it, or use another Idempotency-Key.',
    nonRetryable: true,
  });
}

/** What is to be judged next; undefined when the session was settled without a judgement. */
async function nextAttempt(
  { policy }: SessionInput,
  { flow }: FlowStory,
  session: Session,
  save: () => Promise<unknown>,
): Promise<Attempt | undefined> {
  const { status, expiresAt, updatedAt } = session.state();
  const { review } = policy.flows[flow];
  const waitsForPerson = status === 'requires_input' || status === 'processing';
  const ready = () => session.ruling() !== undefined || session.isCanceling() || isReady(session);
  // A session that has what it needs sets no timer.
  const until = async (deadline: number) =>
    ready() || (await condition(ready, Math.max(1, Math.min(deadline, session.waitsUntil) - Date.now())));

  let inTime = true;
  if (waitsForPerson) inTime = await until(expiresAt);
  else if (!(await until(updatedAt + review.escalateAfterSeconds * 1_000))) {
    session.escalate();
    await save();
    inTime = await until(updatedAt + review.withinSeconds * 1_000);
  }
  const ruling = session.ruling();
  if (session.isCanceling()) session.settle(unjudged('canceled'));
  else if (ruling) session.settle(ruling);
  else if (inTime) return attemptOf(session, save);
  else if (waitsForPerson) session.settle(expired(session));
  else
    session.settle(
      unjudged(status === 'needs_review' && review.otherwise === 'reject' ? 'rejected' : 'canceled', [
        'review_expired',
      ]),
    );
  return undefined;
}

const isReady = (session: Session) => session.state().status === 'processing' && session.isComplete();

function attemptOf(session: Session, save: () => Promise<unknown>): Attempt {
  const capture = session.capture();
  return {
    photos: session.photos(),
    ...(capture ? { capture } : {}),
    number: session.state().attempts.used + 1,
    accepted: session.accepted(),
    provide: async (pending) => {
      session.provide(pending);
      // What is to be written is told once: a cancel waits until it is, and comes to the next step.
      await CancellationScope.nonCancellable(save);
    },
    hold: session.hold,
    once: session.once,
  };
}

/** Says where the person stopped. */
function expired(session: Session): Settlement {
  const [abandonedAt] = session.state().missingInputs;
  return { ...unjudged('expired'), ...(abandonedAt ? { abandonedAt } : {}) };
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
    if (error instanceof TemporalFailure) return unjudged('blocked', [blockedBy(error)]);
    throw error; // a defect of ours: the task is tried again until it is mended
  }
}

/** Writes where the session stands. @returns photos that were spent, and are kept now where the policy says so */
async function saveState(
  { tenant, faceKey, policy }: SessionInput,
  session: Session,
): Promise<readonly SpentPhoto[]> {
  const spent = session.spent();
  const { retention } = policy;
  const log = session.log.take();
  await persist(() => saveSession({ tenant, state: session.state(), faceKey, spent, retention, log }));
  session.saved(spent);
  return spent;
}
