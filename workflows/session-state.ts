import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { type Acceptance, withoutSuspects } from '../domain/acceptance.js';
import { type Flow, versionOf } from '../domain/policy.js';
import type { Check, ReasonCode } from '../domain/reasons.js';
import type { Action, LivenessCapture, SessionState } from '../domain/session.js';
import { type Settlement, settled } from '../domain/settlement.js';
import { isFinal, mayBecome, type Status } from '../domain/status.js';
import { longestWaitSeconds } from '../domain/waiting.js';
import type { SessionInput, Submission } from './messages.js';
import { createInputs, type SessionInputs } from './session-inputs.js';
import { type SessionLog, startLog } from './session-log.js';
import { tell } from './tell-operators.js';

/** A session's state, and the only places that change it: settlements, and commands from outside (open-session.ts). */
export interface Session extends Pick<SessionInputs, 'photos' | 'capture' | 'spent' | 'saved' | 'hold'> {
  log: SessionLog;
  state(): SessionState;
  /** Milliseconds since the epoch: nothing waits longer, however often somebody is asked again. */
  waitsUntil: number;
  /** Runs a step once in the session's life: what it found cannot be found out again. A failure is not kept. */
  once<T>(name: string, step: () => Promise<T>): Promise<T>;
  /** Every required input is there. */
  isComplete(): boolean;
  isCanceling(): boolean;
  /** What a reviewer let pass, for as long as the photos are the same; of a verified session, for good. */
  accepted(): readonly Acceptance[];
  /** What a reviewer decided instead of another attempt, until the session is settled. */
  ruling(): Settlement | undefined;
  /** Runs `work` so that a cancel stops it. @throws CancelledFailure */
  cancellable<T>(work: () => Promise<T>): Promise<T>;
  settle(settlement: Settlement): void;
  flag(reason: ReasonCode): void;
  escalate(): void;
  /** Says that every check but the pending ones has passed. */
  provide(pending: readonly Check[]): void;

  /** Takes what was handed in. False: the same was judged before, and that answer stands. */
  handIn(submission: Submission): boolean;
  began(capture: LivenessCapture): void;
  cancel(action: Action): void;
  /** While what was begun is still being undone, it goes on after that. */
  resume(action: Action): void;
  /** Runs the undo of a blocked attempt. */
  undoing(undo: () => Promise<void>): Promise<void>;
  approve(action: Action, accepted: readonly Acceptance[]): void;
  rule(action: Action, settlement: Settlement): void;
}

/** A session that was just created: nothing has been judged. */
export function createSession(input: SessionInput, flow: Flow): Session {
  const policy = input.policy.flows[flow];
  const inputs = createInputs(input, flow);
  const found = new Map<string, unknown>();
  const scope = new CancellationScope();
  let canceling = false;
  let isUndoing = false;
  let isResumed = false;
  let accepted: readonly Acceptance[] = [];
  let ruling: Settlement | undefined;
  /** It waits for an operator, or is judged again because one said so. */
  let withOperator = false;

  const createdAt = workflowInfo().startTime.getTime();
  const waitsUntil = createdAt + longestWaitSeconds(policy) * 1_000;
  let state: SessionState = {
    sessionId: input.sessionId,
    flow,
    status: inputs.missing().length === 0 ? 'processing' : 'requires_input',
    revision: 1,
    policy: versionOf(input.policy),
    attempts: { used: 0, max: policy.attempts },
    inputs: inputs.taken,
    missingInputs: inputs.missing(),
    reasons: [],
    checks: [],
    ...(input.subject === undefined ? {} : { subject: input.subject }),
    actions: [],
    unavailable: 0,
    createdAt,
    updatedAt: createdAt,
    expiresAt: createdAt + policy.expiresAfterSeconds * 1_000,
  };
  const log = startLog(state);

  function change(next: Partial<SessionState>, action?: Action): void {
    const { status } = { ...state, ...next };
    if (status !== state.status && !mayBecome(state.status, status)) {
      throw new Error(`A session that is ${state.status} cannot become ${status}.`);
    }
    const actions = action ? [...state.actions, action] : state.actions;
    const { provisional, liveness: _, ...rest } = { ...state, ...next, actions };
    const liveness = inputs.begun();
    const before = state;
    state = {
      ...rest,
      ...(liveness ? { liveness } : {}),
      ...(provisional && status === 'processing' ? { provisional } : {}),
      revision: state.revision + 1,
      checks: status === 'needs_review' ? rest.checks : withoutSuspects(rest.checks),
      missingInputs: isFinal(status) ? [] : inputs.missing(),
      updatedAt: Date.now(),
    };
    log.became(before, state);
    tell(state, before);
  }

  /** Whom an operator sends back to the camera has as long as at first; `expiresAt` may be long past. */
  function expiryOf(next: Status): Partial<SessionState> {
    if (next !== 'requires_input' || !withOperator) return {};
    return { expiresAt: Math.min(Date.now() + policy.expiresAfterSeconds * 1_000, waitsUntil) };
  }

  return {
    photos: inputs.photos,
    capture: inputs.capture,
    spent: inputs.spent,
    saved: inputs.saved,
    hold: inputs.hold,
    log,
    waitsUntil,
    state: () => state,
    async once<T>(name: string, step: () => Promise<T>) {
      if (!found.has(name)) found.set(name, await step());
      return found.get(name) as T;
    },
    isComplete: () => inputs.missing().length === 0,
    isCanceling: () => canceling,
    accepted: () => accepted,
    ruling: () => ruling,
    cancellable: (work) => scope.run(work),
    settle(settlement) {
      const next = settled(state, settlement);
      inputs.attempted(settlement.judged);
      if (next.status === 'requires_input') inputs.askAgain(next.reasons, settlement.again ?? []);
      if (isFinal(next.status)) inputs.spendAll();
      const expiry = expiryOf(next.status);
      withOperator = next.status === 'needs_review' || next.status === 'blocked';
      if (!withOperator && next.status !== 'verified') accepted = [];
      ruling = undefined;
      change({ ...next, ...expiry });
    },
    flag: (reason) => change({ flagged: reason }),
    escalate: () => change({ escalatedAt: Date.now() }),
    provide: (pending) => change({ provisional: { outcome: 'verified', pending } }),

    handIn(submission) {
      if (!inputs.handIn(submission)) return false;
      change(inputs.missing().length === 0 ? { status: 'processing' } : {});
      return true;
    },
    began(started) {
      inputs.begin(started);
      change({});
    },
    cancel(action) {
      canceling = true;
      change({}, action);
      scope.cancel();
    },
    resume(action) {
      change(isUndoing ? {} : { status: 'processing' }, action);
      isResumed = isUndoing;
    },
    async undoing(undo) {
      isUndoing = true;
      await undo();
      isUndoing = false;
      if (isResumed && !canceling) change({ status: 'processing' });
      isResumed = false;
    },
    approve(action, more) {
      accepted = [...accepted, ...more];
      change({ status: 'processing' }, action);
    },
    rule(action, settlement) {
      ruling = settlement;
      change({}, action);
    },
  };
}
