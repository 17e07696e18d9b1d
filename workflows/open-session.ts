import { ApplicationFailure, CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { acceptancesOf } from '../domain/acceptance.js';
import type { Input, Photos } from '../domain/image-ref.js';
import type { Flow } from '../domain/policy.js';
import type { Action, LivenessCapture, SessionState } from '../domain/session.js';
import { unjudged } from '../domain/settlement.js';
import { allowedCommands, type Command, isFinal } from '../domain/status.js';
import { beginCapture } from './begin-capture.js';
import { failures } from './failures.js';
import {
  type Actor,
  answerUpdate,
  cancelUpdate,
  livenessUpdate,
  type Review,
  resumeUpdate,
  reviewUpdate,
  type SessionInput,
  type Submission,
  stateQuery,
  submitUpdate,
} from './messages.js';
import { pausesBegun, tryAgainNow } from './persist.js';
import { createSession, type Session } from './session-state.js';

/** Far more than a person needs, and far below the 2,000 updates that Temporal takes per run. */
const MAX_SUBMISSIONS = 100;

/** Who asked, where Temporal does not say. */
const OPERATOR = 'temporal';

/** Sets the handlers of every message a session understands; domain/status.ts names the commands per status. */
export function openSession(input: SessionInput, flow: Flow): Session {
  const session = createSession(input, flow);
  const { state } = session;
  let submissions = 0;
  let captures = 0;
  /** A capture is being created: two at once would leave one that nobody knows. */
  let creating = false;

  const action = (command: Command, by: string): Action => ({ command, by, at: Date.now() });
  /** The answer: where the session rests, or that only steps are left which nobody has to wait for. */
  const atRest = () => once(() => state().status !== 'processing' || state().provisional !== undefined);
  const atTheEnd = () => once(() => isFinal(state().status));
  /** Who waits is answered also when the workflow is cancelled: it ends as `canceled`, and that is the answer. */
  const once = (met: () => boolean) =>
    CancellationScope.nonCancellable(async () => {
      await condition(met);
      return state();
    });

  /** What was handed in last comes once more, perhaps because the answer was lost: it waits for the same answer. */
  const isRepeat = ({ photos, liveness }: Submission) => {
    const held = session.photos();
    const same = Object.entries(photos).every(
      ([name, photo]) => held[name as keyof Photos]?.sha256 === photo.sha256,
    );
    return state().status !== 'requires_input' && liveness === undefined && same;
  };

  /** What was decided first stands, though the session may take a while to follow. */
  const requireUndecided = (command: Command) => {
    if (session.isCanceling()) refuse(state(), command, []);
    if (session.ruling()) refuse(state(), command, ['cancel']);
  };

  setHandler(stateQuery, state, { description: 'Where the session stands' });
  setHandler(answerUpdate, atRest, {
    description: 'Waits for the answer to the request that created the session',
    validator: ({ fingerprint }) => requireSameRequest(fingerprint === input.fingerprint),
  });
  setHandler(
    submitUpdate,
    async (submission) => {
      submissions += 1;
      if (isRepeat(submission)) return atRest();
      // The same again, perhaps because the answer was lost: it is the same answer, and costs no attempt.
      return session.handIn(submission) ? atRest() : state();
    },
    {
      description: 'Hands in photos, or the capture that shows a live person',
      validator: (submission) => {
        if (!isRepeat(submission)) requireAllowed(state(), 'submit');
        if (submissions >= MAX_SUBMISSIONS) refuse(state(), 'submit', ['cancel']);
        requireOwnCapture(state(), submission);
      },
    },
  );
  setHandler(
    livenessUpdate,
    async () => {
      creating = true;
      try {
        captures += 1;
        const capture = await beginCapture(input, captures);
        requireAllowed(state(), 'liveness'); // it may have ended meanwhile
        session.began(capture);
        return state();
      } finally {
        creating = false;
      }
    },
    {
      description: 'Begins a capture that shows a live person; the one before is no longer good',
      validator: () => {
        requireAllowed(state(), 'liveness');
        if (creating || captures >= MAX_SUBMISSIONS) refuse(state(), 'liveness', ['cancel']);
      },
    },
  );
  setHandler(
    cancelUpdate,
    async ({ by }) => {
      session.cancel(action('cancel', by));
      tryAgainNow();
      return atTheEnd();
    },
    {
      description: 'Stops the session and undoes what it began',
      validator: (_: Actor) => requireAllowed(state(), 'cancel'),
    },
  );
  setHandler(
    resumeUpdate,
    async ({ by }) => {
      session.resume(action('resume', by));
      const pauses = pausesBegun();
      tryAgainNow(); // what it had begun may still have to be undone
      await condition(() => state().status !== 'blocked' || pausesBegun() > pauses);
      return state().status === 'blocked' ? state() : atRest(); // the cause is not mended, or not the only one
    },
    {
      description: 'Tries again after the cause was mended',
      validator: (_: Actor) => {
        requireAllowed(state(), 'resume');
        requireUndecided('resume');
      },
    },
  );
  setHandler(
    reviewUpdate,
    async ({ decision, by, again }) => {
      const review = { ...action('review', by), decision };
      if (decision === 'approve') {
        session.approve(review, acceptancesOf(state().checks));
        return atRest();
      }
      if (decision === 'reject') {
        session.rule(review, unjudged('rejected', ['review_rejected']));
        return atTheEnd();
      }
      const handedIn = (name: Input) => (name === 'liveness' ? session.capture() : session.photos()[name]);
      const inputs = again?.length ? again : state().inputs.filter(handedIn);
      session.rule(review, {
        ...unjudged('requires_input', ['resubmission_requested']),
        again: inputs.filter((name) => state().inputs.includes(name)),
      });
      await condition(() => state().status !== 'needs_review');
      return state();
    },
    {
      description:
        'A human decides: approve (judged again, with the score accepted), reject, or ask for other photos',
      validator: (_: Review) => {
        requireAllowed(state(), 'review');
        requireUndecided('review');
      },
    },
  );
  // `temporal workflow cancel` means the same as the cancel command.
  void CancellationScope.current().cancelRequested.catch(() => {
    if (!isFinal(state().status)) session.cancel(action('cancel', OPERATOR));
  });

  return session;
}

function requireSameRequest(same: boolean): void {
  if (same) return;
  throw ApplicationFailure.create({
    type: failures.idempotencyKeyReused,
    message: 'This Idempotency-Key was used with another body.',
    nonRetryable: true,
  });
}

/** A capture belongs to the session that began it, and only the latest one counts. */
function requireOwnCapture({ liveness }: { liveness?: LivenessCapture }, submission: Submission): void {
  if (submission.liveness === undefined || submission.liveness === liveness?.id) return;
  throw ApplicationFailure.create({
    type: failures.unknownCapture,
    message: 'This is not the capture that the session began last.',
    nonRetryable: true,
  });
}

function requireAllowed(state: SessionState, command: Command): void {
  const allowed = allowedCommands(state);
  if (!allowed.includes(command)) refuse(state, command, allowed);
}

function refuse(state: SessionState, command: Command, allowed: readonly Command[]): never {
  throw ApplicationFailure.create({
    type: failures.wrongStatus,
    message: `A session that is ${state.status} cannot be asked to ${command}.`,
    nonRetryable: true,
    details: [{ status: state.status, allowed }],
  });
}
