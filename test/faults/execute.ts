import { setTimeout as delay } from 'node:timers/promises';
import { assess, type Problem } from './assess.js';
import { type Call, callsOf } from './calls.js';
import { type Disturbance, disturb } from './disturb.js';
import { verdictProblem } from './flow.js';
import { type Case, LATE_MS, nameOf } from './plan.js';
import type { Rig } from './rig.js';
import { type Ending, type Run, startRun } from './run.js';

/** What came of a case. */
export interface Result {
  name: string;
  case: Case;
  problems: Problem[];
  /** The fault did not happen, or what comes undisturbed did not come: the run went another way than planned. */
  missed: boolean;
  /** Milliseconds. */
  took: number;
  /** What it was driven in; absent where it could not be driven. */
  run?: Run;
  /** The calls it made; of an undisturbed run. */
  calls: Call[];
}

/** A tail and its retries end within this. Milliseconds. */
const ENDS_WITHIN_MS = 40_000;
/** A request that was cut off may still be under way; where sessions are open, an undo that follows the answer. Milliseconds. */
const CLEAN_WITHIN_MS = { ended: 3_000, open: 15_000 };

/** A case that has begun, up to the moment of its fault. */
export interface Begun {
  case: Case;
  disturbance: Disturbance | undefined;
  finish(): Promise<Result>;
}

/** A case that could not be driven to its end. */
export function broken(one: Case, error: unknown): Result {
  const text = `could not be driven: ${error instanceof Error ? error.message : error}`;
  const problems: Problem[] = [{ kind: 'verdict', text }];
  return { name: nameOf(one), case: one, problems, missed: false, took: 0, calls: [] };
}

/** Brings about the start, orders the fault, and sets out. */
export async function begin(rig: Rig, { flow, setting, fault }: Case): Promise<Begun> {
  const started = performance.now();
  const run = await startRun(rig);
  await flow.prepare?.(run);
  const before = new Set(run.sessions.keys());
  const disturbance = fault && (await disturb(run, fault));
  const driving = flow.drive(run);
  driving.catch(() => {}); // thrown where it is awaited
  const one: Case = { flow, setting, ...(fault ? { fault } : {}) };

  const finish = async (): Promise<Result> => {
    const problems: Problem[] = [];
    const endings = await driving;
    const wrong = verdictProblem(flow, endings, fault !== undefined);
    if (wrong) problems.push({ kind: 'verdict', text: wrong });
    problems.push(...(await ended(run, endings)));
    const driven = [...run.sessions.keys()].filter((role) => !before.has(role));
    const calls = fault ? [] : await callsOf(run, [...driven, ...run.followed()]);
    const late = setting === 'late' ? LATE_MS : 0;
    problems.push(...(await clean(run, late, CLEAN_WITHIN_MS[endings.every(isOver) ? 'ended' : 'open'])));
    if (problems.length === 0) problems.push(...(await afterwards(run, one, endings, late)));
    return {
      ...{ name: nameOf(one), case: one, problems, calls, run },
      missed: disturbance ? !disturbance.struck() : run.strayed || !flow.right(endings),
      took: performance.now() - started,
    };
  };
  return { case: one, disturbance, finish: () => finish().catch((error) => broken(one, error)) };
}

/** Nothing follows: of a session a final status, of an erasure its receipt. */
const isOver = ({ status }: Ending) =>
  ['verified', 'rejected', 'expired', 'canceled', 'done', 'incomplete'].includes(status);

/** The same people again. */
async function afterwards(
  run: Run,
  { flow }: Case,
  endings: readonly Ending[],
  late: number,
): Promise<Problem[]> {
  const again = await flow.again(run, endings);
  if (again) return [{ kind: 'verdict', text: `afterwards, ${again}` }];
  const left = await clean(run, late, CLEAN_WITHIN_MS.open);
  return left.map(({ kind, text }) => ({ kind, text: `afterwards, ${text}` }));
}

/** Waits for the tails of sessions that are over. */
async function ended({ rig, workflowId }: Run, endings: readonly Ending[]): Promise<Problem[]> {
  const found = await Promise.all(
    endings.filter(isOver).map(async ({ role }): Promise<Problem | undefined> => {
      const handle = rig.temporal.workflow.getHandle(workflowId(role));
      const result = rig.temporal.withDeadline(Date.now() + ENDS_WITHIN_MS, () => handle.result());
      return result.then(
        () => undefined,
        (error: Error) => ({
          kind: 'verdict',
          text: `the workflow of ${role} did not end: ${error.message}`,
        }),
      );
    }),
  );
  return found.filter((problem) => problem !== undefined);
}

/** Problems that do not go away. */
async function clean(run: Run, lateMs: number, withinMs: number): Promise<Problem[]> {
  if (lateMs > 0) await delay(lateMs);
  const deadline = Date.now() + withinMs;
  for (let pause = 100; ; pause = Math.min(pause * 2, 1_000)) {
    const problems = await assess(run);
    if (problems.length === 0 || Date.now() > deadline) return problems;
    await delay(pause);
  }
}
