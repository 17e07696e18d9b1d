import type { Call } from './calls.js';
import type { Setting } from './plan.js';
import type { Ending, Run } from './run.js';

/** A flow as the sweep drives it. Adding one is adding an entry to `flows.ts`. */
export interface FlowEntry {
  name: string;
  /** A variant of another flow: only the faults after an effect, which is where it could differ. */
  variant?: true;
  /** The calls that are disturbed: of a flow that only leads to them. All where it is absent. */
  sweeps?(call: Call): boolean;
  /** Settings of the twin that make no difference to it. */
  skips?: readonly Setting[];
  /** Brings about the known start, undisturbed. */
  prepare?(run: Run): Promise<void>;
  /** Goes through the flow over HTTP, and says where each of its sessions came to rest. */
  drive(run: Run): Promise<Ending[]>;
  /** What comes of it undisturbed. */
  right(endings: readonly Ending[]): boolean;
  /**
   * What must not come of it, whatever breaks. Left to itself: a session that has a verdict which is not the right one.
   * Undecided (`needs_review`, `blocked`, a login answered 503) is never wrong under a fault.
   */
  wrong?(endings: readonly Ending[]): boolean;
  /** The same people again, undisturbed. Says what did not work. */
  again(run: Run, endings: readonly Ending[]): Promise<string | undefined>;
}

/** Nobody was judged: a human or an operator has the next word, or the caller is to come back. */
export function isUndecided({ status, reasons }: Ending): boolean {
  return (
    status === 'needs_review' ||
    status === 'blocked' ||
    (status === 'requires_input' && reasons.includes('temporarily_unavailable'))
  );
}

/** What is wrong with where the sessions came to rest. */
export function verdictProblem(flow: FlowEntry, endings: readonly Ending[], disturbed: boolean) {
  if (flow.right(endings)) return undefined;
  const told = endings.map(({ role, http, status, reasons }) =>
    [`${role} is ${status}`, reasons.join(' and '), `HTTP ${http}`].filter(Boolean).join(', '),
  );
  if (!disturbed && !flow.wrong) return `undisturbed, ${told.join('; ')}`;
  if (flow.wrong) return flow.wrong(endings) ? told.join('; ') : undefined;
  return endings.every(isUndecided) ? undefined : told.join('; ');
}
