import type { Fault } from './plan.js';
import { type CallOf, callLabel, type Order } from './protocol.js';
import type { Run } from './run.js';

/** A fault that waits for its call. */
export interface Disturbance {
  /** The process is to be killed when the call stands where it was told to. */
  kills: boolean;
  /** Resolves when it does, or to false after `within` ms. */
  reached(within: number): Promise<boolean>;
  /** The fault has happened. */
  struck(): boolean;
}

const ACTS = { 'kill-before': 'hang-before', 'kill-after': 'hang-after' } as const;

/** Sees to it that the fault happens in this run. */
export async function disturb(run: Run, fault: Fault): Promise<Disturbance> {
  const { worker, twin } = run.rig;
  const { call } = fault;
  const target: CallOf = { ...call, workflowId: run.workflowId(call.role) };
  const id = `${target.workflowId} ${call.activity} ${call.nth} fault`;
  if (fault.kind === 'lost') {
    const match = callLabel(target);
    const { nth, ...request } = fault.request;
    twin.faults.addRule({ ...request, when: 'after', error: 'drop', times: 1, match, skip: nth - 1 });
    const waits = () => twin.faults.rules().some((rule) => rule.match === match);
    return { kills: false, reached: async () => !waits(), struck: () => !waits() };
  }
  const { kind } = fault;
  const act: Order['act'] = kind === 'kill-before' || kind === 'kill-after' ? ACTS[kind] : kind;
  await worker.obey([{ id, ...target, act }]);
  return {
    kills: kind.startsWith('kill'),
    reached: (within) => worker.reached(id, within),
    struck: () => worker.struck(id),
  };
}
