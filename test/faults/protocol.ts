/** What is to happen at one call of an activity. */
export type Act =
  /** An error instead of the effect, once. */
  | 'before'
  /** The effect, then an error: the answer is lost, once. */
  | 'after'
  /** The effect, then an error that no retry mends, once. */
  | 'denied'
  /** A throttle instead of the effect, twice. */
  | 'throttled'
  /** No effect and no answer until the time of the attempt is up, once. */
  | 'timeout'
  /** Says so, and then nothing more: the process is about to be killed. */
  | 'hang-before'
  | 'hang-after'
  /** Says so, and waits until it is released. */
  | 'hold'
  /** Says so once it is done. */
  | 'watch'
  /** Answers without doing anything, every time: a defect on purpose. */
  | 'skip';

/** One call of an activity: the n-th, from 1, that this workflow made, whatever its tries. */
export interface CallOf {
  workflowId: string;
  activity: string;
  nth: number;
}

export interface Order extends CallOf {
  id: string;
  act: Act;
  /** What `skip` answers. */
  answer?: unknown;
}

export type ToWorker =
  | { do: 'start' }
  | { do: 'obey'; orders: readonly Order[] }
  | { do: 'release'; id: string };

/** `struck`: the fault has happened. `reached`: the call stands where it was told to. */
export type FromWorker = { is: 'loaded' | 'ready' | 'obeying' } | { is: 'struck' | 'reached'; id: string };

/** Header by which the twin tells the requests of one call apart; it is not signed. */
export const CALL_HEADER = 'x-fault-sweep-call';

/** How the value of that header begins, before the number of the try; no other begins so. */
export function callLabel({ workflowId, activity, nth }: CallOf): string {
  return `${workflowId}/${activity}/${nth}/`;
}
