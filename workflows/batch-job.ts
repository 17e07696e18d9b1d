import {
  ApplicationFailure,
  CancellationScope,
  condition,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { LAST_PHASES } from '../domain/batch/commands.js';
import { costOf } from '../domain/batch/cost.js';
import type { ItemReason } from '../domain/batch/item.js';
import type { BatchAction, BatchPhase, BatchState } from '../domain/batch/job.js';
import { newBatchJob } from '../domain/batch/new-job.js';
import { addPhaseWork } from '../domain/batch/phase-work.js';
import { changedRates, type RateChange } from '../domain/batch/rates.js';
import { addResult, type Counted } from '../domain/batch/tally.js';
import type { BatchInput, CarriedJob } from './batch-messages.js';
import { tellOfBatch } from './tell-of-batch.js';

/** Of those, the newest are told of. */
const MOST_ACTIONS = 100;

/** A job and the only places that change what it says of itself: its phases, and commands from outside (batch-control.ts). */
export interface Job {
  input: BatchInput;
  /** What goes from run to run. */
  held: CarriedJob;
  state(): BatchState;
  /** Grows with everything that is worth a row at once: the job rests, enters a phase, or was told something. */
  milestones(): number;

  enter(phase: BatchPhase): void;
  /** What was learnt on the way. */
  note(found: Partial<BatchState>): void;
  /** Adds what came of a chunk; pauses at the cost ceiling. */
  count(result: Counted, found?: Partial<BatchState>): void;
  finish(reported: BatchState): void;

  pause(action: BatchAction): void;
  resume(action: BatchAction, costCeiling?: number): void;
  rate(action: BatchAction, change: RateChange): void;
  askRetry(action: BatchAction, reasons: readonly ItemReason[]): void;
  cancel(action: BatchAction, rollback: boolean): void;

  /** Nobody is to wait for a retry any more. */
  letGo(): void;
  /** It was cancelled, and what it does is not yet what follows a cancel. */
  isStopped(): boolean;
  /** Pauses until an operator has mended what the failure tells of. @throws what is no failure of an activity */
  block(failure: unknown): void;
  /** Runs `work` so that a cancel stops it, but not what follows a cancel. @throws CancelledFailure */
  stoppable<T>(work: () => Promise<T>): Promise<T>;
  /**
   * Takes a step between chunks: not while the job is paused, and again after it was blocked.
   * @returns undefined where the job was cancelled instead
   */
  step<T>(step: () => Promise<T>): Promise<T | undefined>;
}

export function openJob(input: BatchInput): Job {
  const held: CarriedJob = input.carried ?? {
    state: newBatchJob(input.jobId, input.spec, workflowInfo().startTime.getTime()),
    waiting: [],
    again: [],
    splitInto: 0,
    lanes: [],
    duplicates: { again: [], next: 0 },
    rollback: { again: [], next: 0 },
    isReported: false,
  };
  // Not of the workflow's own scope: a cancel that comes too late would stop a retry that is asked for afterwards.
  const scope = new CancellationScope({
    cancellable: true,
    parent: new CancellationScope({ cancellable: false }),
  });
  let milestones = 0;

  function change(next: Partial<BatchState>, action?: BatchAction): void {
    const before = held.state;
    const { pausedFor, message, endedAt, canceling, ...rest } = { ...before, ...next };
    held.state = {
      ...rest,
      ...(rest.status === 'paused' && pausedFor ? { pausedFor } : {}),
      ...(pausedFor === 'blocked' && rest.status === 'paused' && message !== undefined ? { message } : {}),
      ...(rest.phase !== 'ended' && canceling ? { canceling } : {}),
      ...(rest.phase === 'ended' && endedAt !== undefined ? { endedAt } : {}),
      actions: action ? [...rest.actions, action].slice(-MOST_ACTIONS) : rest.actions,
      revision: before.revision + 1,
      updatedAt: Date.now(),
    };
    held.state = { ...held.state, work: addPhaseWork(before, held.state) };
    const { status, phase } = held.state;
    if (action || status !== before.status || phase !== before.phase) milestones += 1;
    tellOfBatch(held.state, before);
  }

  const isStopped = () => held.canceling !== undefined && !LAST_PHASES.includes(held.state.phase);
  const isOverCeiling = ({ cost, spec }: BatchState) =>
    spec.costCeiling !== undefined && cost >= spec.costCeiling;
  const job: Job = {
    input,
    held,
    state: () => held.state,
    milestones: () => milestones,

    enter(phase) {
      if (phase === held.state.phase) return;
      if (phase !== 'ended') held.isReported = false;
      const { status, pausedFor } = held.state;
      // A completed job goes on; a report costs nothing.
      const goesOn = status === 'completed' || (phase === 'report' && pausedFor === 'cost_ceiling');
      const mayNot = phase === 'retry' && isOverCeiling(held.state);
      change({
        phase,
        ...(goesOn ? { status: 'running' } : {}),
        ...(mayNot ? { status: 'paused', pausedFor: 'cost_ceiling' } : {}),
      });
    },
    note: (found) => change(found),
    count(result, found = {}) {
      const tally = addResult(held.state, result, Date.now());
      const lanes = held.lanes.flatMap((lane) => lane?.allowed ?? []); // one that has ended no chunk yet is a gap
      const allowed = lanes.length > 0 ? lanes.reduce((sum, each) => sum + each, 0) / lanes.length : 1;
      change({ ...tally, ...found, allowed, cost: costOf(tally.calls, input.prices) });
      const running = held.state.status === 'running' && held.canceling === undefined;
      if (running && isOverCeiling(held.state)) change({ status: 'paused', pausedFor: 'cost_ceiling' });
    },
    finish(state) {
      held.isReported = true;
      change(state);
    },

    pause: (action) => change({ status: 'paused', pausedFor: 'requested' }, action),
    resume(action, costCeiling) {
      const spec = costCeiling === undefined ? held.state.spec : { ...held.state.spec, costCeiling };
      change({ status: 'running', spec }, action);
    },
    rate(action, asked) {
      const { spec } = held.state;
      change({ spec: { ...spec, ...changedRates(spec, asked) } }, action);
    },
    askRetry(action, reasons) {
      const all = reasons.length === 0 || held.asked?.length === 0;
      held.asked = all ? [] : [...new Set([...(held.asked ?? []), ...reasons])];
      // At once, so that whoever watches the job does not take it for one that has ended.
      if (held.state.phase === 'ended') job.enter('retry');
      change({}, action);
    },
    cancel(action, rollback) {
      held.canceling = { rollback };
      delete held.asked; // it would be waited for, and is not begun any more
      change({ status: 'running', canceling: { rollback } }, action);
      scope.cancel();
    },

    letGo() {
      held.letGo = true;
    },
    isStopped,
    block(failure) {
      if (!(failure instanceof TemporalFailure)) throw failure; // a defect of ours: the task is tried again until it is mended
      change({ status: 'paused', pausedFor: 'blocked', message: messageOf(failure) });
    },
    stoppable: (work) => (LAST_PHASES.includes(held.state.phase) ? work() : scope.run(work)),
    async step(step) {
      for (;;) {
        await condition(() => held.state.status !== 'paused' || isStopped());
        if (isStopped()) return undefined;
        try {
          return await job.stoppable(step);
        } catch (error) {
          if (isStopped() && error instanceof TemporalFailure) return undefined;
          job.block(error);
        }
      }
    },
  };
  return job;
}

/** What the activity that gave up has said. */
function messageOf(failure: TemporalFailure): string {
  for (let error: unknown = failure; error instanceof TemporalFailure; error = error.cause) {
    if (error instanceof ApplicationFailure && error.message) return error.message;
  }
  return failure.message;
}
