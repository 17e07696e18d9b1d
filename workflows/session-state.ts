import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import { type Acceptance, withoutSuspects } from '../domain/acceptance.js';
import {
  type ImageRef,
  type Input,
  missingInputs,
  type PhotoInput,
  type Photos,
} from '../domain/image-ref.js';
import type { Flow } from '../domain/policy.js';
import { type Check, type ReasonCode, reasonOf } from '../domain/reasons.js';
import type { Action, LivenessCapture, SessionState } from '../domain/session.js';
import { type Settlement, settled } from '../domain/settlement.js';
import { isFinal, mayBecome } from '../domain/status.js';
import type { SessionInput, Submission } from './messages.js';
import { type SessionLog, startLog } from './session-log.js';
import { tell } from './tell-operators.js';

/** A photo that nobody judges any more: removed, or kept as the policy's retention says. */
export interface SpentPhoto {
  input: Input;
  photo: ImageRef;
}

/** A session's state, and the only places that change it: settlements, and commands from outside (open-session.ts). */
export interface Session {
  log: SessionLog;
  state(): SessionState;
  photos(): Photos;
  /** The liveness capture that was handed in for the next attempt. */
  capture(): LivenessCapture | undefined;
  /** Photos that are no longer needed; `saved` forgets them. */
  spent(): readonly SpentPhoto[];
  saved(spent: readonly SpentPhoto[]): void;
  /** A photo that came to the session by itself: it goes the way of the inputs. */
  hold(spent: SpentPhoto): void;
  /** Runs a step once in the session's life: what it found cannot be found out again. A failure is not kept. */
  once<T>(name: string, step: () => Promise<T>): Promise<T>;
  /** Every required input is there. */
  isComplete(): boolean;
  isCanceling(): boolean;
  /** What a reviewer let pass, for as long as the photos are the same. */
  accepted(): readonly Acceptance[];
  /** What a reviewer decided instead of another attempt; taken once. */
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
  resume(action: Action): void;
  approve(action: Action, accepted: readonly Acceptance[]): void;
  rule(action: Action, settlement: Settlement): void;
}

/** A session that was just created: nothing has been judged. */
export function createSession(input: SessionInput, flow: Flow): Session {
  const policy = input.policy.flows[flow];
  const livenessPolicy = input.policy.liveness;
  const photos: Photos = { ...input.photos };
  const held: SpentPhoto[] = [];
  const spent = new Map<string, SpentPhoto>();
  const found = new Map<string, unknown>();
  const scope = new CancellationScope();
  let canceling = false;
  let capture: LivenessCapture | undefined;
  let accepted: readonly Acceptance[] = [];
  let ruling: Settlement | undefined;
  /** What was judged last and may be repeated. */
  let judgedBefore = '';
  /** What completed the inputs: after an outage that is asked for again, since the same request may be sent again. */
  let latest: Input = 'selfie';

  /** An input that was no good is asked for again, though the policy may not insist on it. */
  const needs = { ...policy.inputs };
  const missing = () => missingInputs(needs, { photos, liveness: capture !== undefined });
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
    const { provisional, ...rest } = { ...state, ...next, actions };
    const before = state;
    state = {
      ...rest,
      ...(provisional && status === 'processing' ? { provisional } : {}),
      revision: state.revision + 1,
      checks: status === 'needs_review' ? rest.checks : withoutSuspects(rest.checks),
      missingInputs: isFinal(status) ? [] : missing(),
      updatedAt: Date.now(),
    };
    log.became(before, state);
    tell(state, before);
  }

  function spend(name: Input): void {
    if (name === 'liveness') {
      capture = undefined;
      const { liveness: _, ...rest } = state;
      state = rest;
    } else {
      const photo = photos[name];
      if (photo) spent.set(photo.key, { input: name, photo });
      delete photos[name];
    }
    for (const each of held.splice(0)) {
      if (each.input === name) spent.set(each.photo.key, each);
      else held.push(each);
    }
  }

  return {
    log,
    state: () => state,
    photos: () => ({ ...photos }),
    capture: () => capture,
    spent: () => [...spent.values()],
    saved(done) {
      for (const { photo } of done) spent.delete(photo.key);
    },
    hold: (photo) => void held.push(photo),
    async once<T>(name: string, step: () => Promise<T>) {
      if (!found.has(name)) found.set(name, await step());
      return found.get(name) as T;
    },
    isComplete: () => missing().length === 0,
    isCanceling: () => canceling,
    accepted: () => accepted,
    ruling() {
      const taken = ruling;
      ruling = undefined;
      return taken;
    },
    cancellable: (work) => scope.run(work),
    settle(settlement) {
      const next = settled(state, settlement);
      judgedBefore = settlement.judged ? signature(photos, capture) : '';
      const again = new Set([...(settlement.again ?? []), ...next.reasons.flatMap(inputsOf)]);
      // The capture's image was the selfie, so a better one needs another capture.
      if (capture && livenessPolicy.selfie === 'reference_image' && again.delete('selfie'))
        again.add('liveness');
      if (next.status === 'requires_input') {
        for (const name of again) {
          spend(name);
          if (policy.inputs[name] !== 'off') needs[name] = 'required';
        }
        if (!next.reasons.includes('temporarily_unavailable')) spend('liveness'); // good for one attempt
        // Judging again the same needs somebody to ask for it.
        if (missing().length === 0) {
          if (latest === 'liveness') {
            capture = undefined; // but not `state.liveness`: it was not used up
            needs.liveness = 'required';
          } else spend('selfie');
        }
      }
      if (isFinal(next.status)) for (const name of state.inputs) spend(name);
      if (next.status !== 'needs_review' && next.status !== 'blocked') accepted = [];
      change(next);
    },
    flag: (reason) => change({ flagged: reason }),
    escalate: () => change({ escalatedAt: Date.now() }),
    provide: (pending) => change({ provisional: { outcome: 'verified', pending } }),

    handIn(submission) {
      const handedIn = submission.liveness === undefined ? capture : state.liveness;
      if (signature({ ...photos, ...submission.photos }, handedIn) === judgedBefore) {
        for (const [name, photo] of entries(submission.photos)) spent.set(photo.key, { input: name, photo });
        return false;
      }
      for (const [name, photo] of entries(submission.photos)) {
        if (photos[name]?.key !== photo.key) spend(name);
        spent.delete(photo.key);
        photos[name] = photo;
      }
      capture = handedIn;
      latest = submission.liveness === undefined ? 'selfie' : 'liveness';
      change(missing().length === 0 ? { status: 'processing' } : {});
      return true;
    },
    began(started) {
      spend('liveness');
      change({ liveness: started });
    },
    cancel(action) {
      canceling = true;
      change({}, action);
      scope.cancel();
    },
    resume: (action) => change({ status: 'processing' }, action),
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

/** What has to be handed in again. Two photos that do not fit each other say nothing about which of them is wrong. */
function inputsOf(reason: ReasonCode): readonly Input[] {
  if (reason === 'liveness_face_mismatch') return ['liveness', 'selfie'];
  const { input } = reasonOf(reason);
  return input ? [input] : [];
}

function entries(photos: Photos): [PhotoInput, ImageRef][] {
  return Object.entries(photos) as [PhotoInput, ImageRef][];
}

/** Names what was handed in by its content. */
function signature(photos: Photos, capture: LivenessCapture | undefined): string {
  return entries(photos)
    .map(([name, photo]) => `${name}:${photo.sha256}`)
    .concat(capture ? [`liveness:${capture.id}`] : [])
    .sort()
    .join(' ');
}
