import {
  ApplicationFailure,
  CancellationScope,
  condition,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type ImageRef,
  type Input,
  missingPhotos,
  type PhotoInput,
  type Photos,
} from '../domain/image-ref.js';
import { type ReasonCode, reasonOf } from '../domain/reasons.js';
import type { SessionState } from '../domain/session.js';
import { type Settlement, settled } from '../domain/settlement.js';
import { allowedCommands, type Command, isFinal, mayBecome } from '../domain/status.js';
import { failures } from './failures.js';
import {
  answerUpdate,
  cancelUpdate,
  resumeUpdate,
  type SessionInput,
  type Submission,
  stateQuery,
  submitUpdate,
} from './messages.js';
import { searchAttributes } from './search-attributes.js';

type Flow = 'registration' | 'authentication';

/** Far more than a person needs, and far below the 2,000 updates that Temporal takes per run. */
const MAX_SUBMISSIONS = 100;

/** A session's state, and the only places that change it: settlements, and commands from outside. */
export interface Session {
  state(): SessionState;
  photos(): Photos;
  /** Photos that are no longer needed. */
  spent(): ImageRef[];
  /** Every required photo is there. */
  isComplete(): boolean;
  isCanceling(): boolean;
  /** Runs `work` so that a cancel stops it. @throws CancelledFailure */
  cancellable<T>(work: () => Promise<T>): Promise<T>;
  settle(settlement: Settlement): void;
  flag(reason: ReasonCode): void;
}

/** Sets the handlers of every message a session understands; domain/status.ts names the commands per status. */
export function openSession(input: SessionInput, flow: Flow): Session {
  const policy = input.policy.flows[flow];
  const photos: Photos = { ...input.photos };
  const spent = new Map<string, ImageRef>();
  const scope = new CancellationScope();
  let canceling = false;

  /** A photo that was no good is asked for again, though the policy may not insist on it. */
  const needs = { ...policy.inputs };
  const missing = () => missingPhotos(needs, photos);
  let submissions = 0;
  /** What was judged last and may be repeated. */
  let judgedBefore = '';
  const createdAt = workflowInfo().startTime.getTime();
  let state: SessionState = {
    sessionId: input.sessionId,
    flow,
    status: missing().length === 0 ? 'processing' : 'requires_input',
    revision: 1,
    policy: { name: input.policy.name, version: input.policy.version },
    attempts: { used: 0, max: policy.attempts },
    inputs: (Object.keys(needs) as Input[]).filter((name) => needs[name] !== 'off'),
    missingInputs: missing(),
    reasons: [],
    checks: [],
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    unavailable: 0,
    createdAt,
    updatedAt: createdAt,
    expiresAt: createdAt + policy.expiresAfterSeconds * 1_000,
  };

  const change = (next: Partial<SessionState>) => {
    const { status } = { ...state, ...next };
    const missingInputs = isFinal(status) ? [] : missing();
    if (status !== state.status && !mayBecome(state.status, status)) {
      throw new Error(`A session that is ${state.status} cannot become ${status}.`);
    }
    state = {
      ...state,
      ...next,
      revision: state.revision + 1,
      missingInputs,
      updatedAt: Date.now(),
    };
    tell(state);
  };

  const spend = (name: PhotoInput) => {
    const photo = photos[name];
    if (photo) spent.set(photo.key, photo);
    delete photos[name];
  };

  const cancel = () => {
    canceling = true;
    scope.cancel();
  };
  const atRest = async () => {
    await condition(() => state.status !== 'processing');
    return state;
  };

  setHandler(stateQuery, () => state, { description: 'Where the session stands' });
  setHandler(answerUpdate, atRest, {
    description: 'Waits for the answer to the request that created the session',
    validator: ({ fingerprint }) => requireSameRequest(fingerprint === input.fingerprint),
  });
  setHandler(
    submitUpdate,
    async (submission) => {
      submissions += 1;
      // The same photos again, perhaps because the answer was lost: it is the same answer, and costs no attempt.
      if (signature({ ...photos, ...submission.photos }) === judgedBefore) {
        for (const photo of Object.values(submission.photos)) spent.set(photo.key, photo);
        return state;
      }
      for (const [name, photo] of Object.entries(submission.photos) as [PhotoInput, ImageRef][]) {
        if (photos[name]?.key !== photo.key) spend(name);
        spent.delete(photo.key);
        photos[name] = photo;
      }
      change(missing().length === 0 ? { status: 'processing' } : {});
      return atRest();
    },
    {
      description: 'Hands in photos',
      validator: (_: Submission) => {
        requireAllowed(state, 'submit');
        if (submissions >= MAX_SUBMISSIONS) refuse(state, 'submit', ['cancel']);
      },
    },
  );
  setHandler(
    cancelUpdate,
    async () => {
      cancel();
      await condition(() => isFinal(state.status));
      return state;
    },
    {
      description: 'Stops the session and undoes what it began',
      validator: () => requireAllowed(state, 'cancel'),
    },
  );
  setHandler(
    resumeUpdate,
    async () => {
      change({ status: 'processing' });
      return atRest();
    },
    {
      description: 'Tries again after the cause was mended',
      validator: () => requireAllowed(state, 'resume'),
    },
  );
  // `temporal workflow cancel` means the same as the cancel command.
  void CancellationScope.current().cancelRequested.catch(cancel);

  return {
    state: () => state,
    photos: () => ({ ...photos }),
    spent: () => [...spent.values()],
    isComplete: () => missing().length === 0,
    isCanceling: () => canceling,
    cancellable: (work) => scope.run(work),
    settle(settlement) {
      const next = settled(state, settlement);
      judgedBefore = settlement.judged ? signature(photos) : '';
      for (const reason of next.reasons) {
        const described = reasonOf(reason);
        if (next.status !== 'requires_input' || !described.input) continue;
        spend(described.input);
        needs[described.input] = 'required';
      }
      // Judging again the same photo needs somebody to ask for it.
      if (next.status === 'requires_input' && missing().length === 0) spend('selfie');
      if (isFinal(next.status)) for (const name of Object.keys(photos) as PhotoInput[]) spend(name);
      change(next);
    },
    flag: (reason) => change({ flagged: reason }),
  };
}

/** Names the photos by their content. */
function signature(photos: Photos): string {
  return Object.entries(photos)
    .map(([name, photo]) => `${name}:${photo.sha256}`)
    .sort()
    .join(' ');
}

/** Operators see this in Temporal UI. A login that is over needs no attribute of its own: each costs an action. */
function tell(state: SessionState): void {
  const reason = state.flagged ?? state.reasons[0];
  setCurrentDetails(
    [`**${state.status}**, attempt ${state.attempts.used} of ${state.attempts.max}`]
      .concat(state.flagged ? [`- found after the answer: ${reasonOf(state.flagged).operator}`] : [])
      .concat(state.reasons.map((code) => `- \`${code}\`: ${reasonOf(code).operator}`))
      .join('\n'),
  );
  if (state.status === 'processing' || (state.flow === 'authentication' && isFinal(state.status))) return;
  upsertSearchAttributes([
    { key: searchAttributes.status, value: state.status },
    { key: searchAttributes.reason, value: reason ?? null },
    { key: searchAttributes.check, value: reason ? reasonOf(reason).check : null },
  ]);
}

function requireSameRequest(same: boolean): void {
  if (same) return;
  throw ApplicationFailure.create({
    type: failures.idempotencyKeyReused,
    message: 'This Idempotency-Key was used with another body.',
    nonRetryable: true,
  });
}

function requireAllowed(state: SessionState, command: Command): void {
  const allowed = allowedCommands(state.status);
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
