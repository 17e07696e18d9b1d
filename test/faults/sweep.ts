import { createBatch } from '../../activities/batch.js';
import { createHousekeeping } from '../../activities/housekeeping.js';
import { createActivities } from '../../activities/index.js';
import type { Workflows } from '../../activities/ports/workflows.js';
import type { Ports } from '../../activities/ports.js';
import { begin, broken, type Result } from './execute.js';
import type { FlowEntry } from './flow.js';
import { flows, unreached } from './flows.js';
import {
  type Case,
  casesOf,
  changesFaces,
  type Driven,
  LATE_MS,
  nameOf,
  quickCasesOf,
  SETTINGS,
  type Setting,
} from './plan.js';
import { pool } from './pool.js';
import { reconciled } from './reconcile.js';
import type { Rig } from './rig.js';

export interface SweepOptions {
  quick: boolean;
  /** Runs under way at once. */
  atOnce: number;
  /** Cases whose names contain one of these; all where there are none. */
  only: readonly string[];
  /** Finds out what there is to run, and leaves it at that. */
  listOnly?: boolean;
  /** Told after each run: how many there were of how many, and what came of it. */
  progress?: (done: number, of: number, result: Result) => void;
}

export interface Swept {
  results: Result[];
  /** Names of all that was to be run beside what is undisturbed. */
  planned: string[];
  /** What keeps the sweep from being whole. */
  gaps: string[];
}

/** What nothing disturbs goes its way as planned, also where one step waits for another. */
const UNDISTURBED_AT_ONCE = 4;

/** Of what runs at once, try by try. */
const SHARES = [1, 0.15, 0];

/** Runs per SIGKILL: each has its session at the point in question at that moment. */
const KILLED_AT_ONCE = 16;
/** How long the first of them may wait for the last; less than a try lasts. Milliseconds. */
const REACHED_WITHIN_MS = 4_000;

/** Drives every flow undisturbed, and then once for every fault at every call it made. */
export async function sweep(rig: Rig, options: SweepOptions): Promise<Swept> {
  const { quick, only } = options;
  const isWanted = (name: string) => only.length === 0 || only.some((part) => name.includes(part));
  const wanted = flows.filter(
    ({ name }) => only.length === 0 || only.some((part) => part.startsWith(name) || name.includes(part)),
  );
  const drive = async (setting: Setting, flows: readonly FlowEntry[]): Promise<Result[]> => {
    const atOnce = Math.min(options.atOnce, UNDISTURBED_AT_ONCE);
    const cases = flows.map((flow) => ({ flow, setting }));
    return inSetting(rig, setting, { ...options, atOnce }, cases);
  };
  const plain = await drive('plain', wanted);
  const results = [...plain];
  const cases: Case[] = quick ? quickCasesOf(plain.map(drivenOf)) : [];
  if (!quick) {
    const changing = plain.filter(({ calls }) => calls.some(changesFaces)).map((each) => each.case.flow);
    for (const setting of SETTINGS) {
      // What a flow asks differs with what the searches tell it.
      const differing = changing.filter(({ skips }) => !skips?.includes(setting));
      const driven = setting === 'plain' ? plain : await drive(setting, differing);
      if (setting !== 'plain') results.push(...driven);
      cases.push(...driven.flatMap((each) => casesOf(drivenOf(each), setting)));
    }
  }
  const due = cases.filter((each) => isWanted(nameOf(each)));
  const planned = due.map(nameOf);
  if (options.listOnly) return { results, planned, gaps: gapsOf(results) };
  const total = results.length + due.length;
  for (const setting of SETTINGS) {
    const before = results.length;
    const progress: SweepOptions['progress'] = (done, _, result) =>
      options.progress?.(before + done, total, result);
    const these = due.filter((each) => each.setting === setting);
    results.push(...(await inSetting(rig, setting, { ...options, progress }, these)));
  }
  rig.twin.faults.clearRules();
  rig.twin.faults.replace({});
  const looked = await reconciled(rig, results);
  return { results: looked, planned, gaps: only.length === 0 ? gapsOf(results) : [] };
}

const drivenOf = ({ case: { flow }, calls }: Result): Driven => ({
  flow,
  calls: calls.filter((call) => flow.sweeps?.(call) ?? true),
});

/** Activities that no flow calls, faults that never happened. */
function gapsOf(results: readonly Result[]): string[] {
  const called = new Set<string>(
    results.flatMap((result) => drivenOf(result).calls.map(({ activity }) => activity)),
  );
  const names = [
    ...Object.keys(createActivities({} as Ports)),
    ...Object.keys(createHousekeeping({} as Ports, {} as Workflows)),
    ...Object.keys(createBatch({} as Ports)),
  ];
  return [
    ...names
      .filter((name) => !called.has(name) && !(name in unreached))
      .map(
        (name) => `${name} is called by no flow: add one to test/faults/flows.ts, or a reason to its list`,
      ),
    ...Object.keys(unreached)
      .filter((name) => called.has(name) || !names.includes(name))
      .map((name) => `${name} needs no reason in test/faults/flows.ts`),
  ];
}

/**
 * Runs cases under one setting. What went another way than planned is run again with ever fewer beside it: with many at once,
 * or on a busy machine, not every race is run as it was meant to be.
 */
async function inSetting(
  rig: Rig,
  setting: Setting,
  options: Pick<SweepOptions, 'atOnce' | 'progress'>,
  cases: readonly Case[],
): Promise<Result[]> {
  if (cases.length === 0) return [];
  rig.twin.faults.clearRules();
  rig.twin.faults.replace({
    rekognition: {
      duplicateRule: setting !== 'no-rule',
      visibilityDelayMs: setting === 'late' ? LATE_MS : 0,
    },
  });
  const isKill = ({ fault }: Case) => fault?.kind.startsWith('kill') ?? false;
  const results = new Map<Case, Result>();
  let due = cases;
  for (const share of SHARES) {
    const note = (one: Case) => (result: Result) => {
      results.set(one, result);
      options.progress?.(results.size, cases.length, result);
    };
    const kills = due.filter(isKill);
    if (kills.length > 0) rig.worker.prepareSpare();
    const others = due.filter((each) => !isKill(each));
    await pool(Math.max(1, Math.round(options.atOnce * share)), others, async (one) =>
      note(one)(await driven(rig, one)),
    );
    const batches = inBatches(kills, Math.max(1, Math.round(KILLED_AT_ONCE * share)));
    for (const [at, batch] of batches.entries()) {
      for (const [i, result] of (await killed(rig, batch)).entries()) note(batch[i] as Case)(result);
      if (at + 1 < batches.length) rig.worker.prepareSpare();
    }
    due = due.filter((one) => {
      const result = results.get(one);
      return result?.missed && result.problems.length === 0;
    });
    if (due.length === 0) break;
  }
  return cases.map((one) => results.get(one) as Result);
}

const driven = (rig: Rig, one: Case): Promise<Result> =>
  begin(rig, one).then(
    ({ finish }) => finish(),
    (error) => broken(one, error),
  );

/** Sets out with all of them, kills the worker when each stands at its point, and sees how they go on. */
async function killed(rig: Rig, cases: readonly Case[]): Promise<Result[]> {
  const begun = await Promise.all(
    cases.map((one) => begin(rig, one).catch((error) => ({ finish: async () => broken(one, error) }))),
  );
  const deadline = Date.now() + REACHED_WITHIN_MS;
  const left = () => Math.max(1, deadline - Date.now());
  await Promise.all(begun.map((each) => 'disturbance' in each && each.disturbance?.reached(left())));
  await rig.worker.killAndReplace();
  return Promise.all(begun.map(({ finish }) => finish()));
}

function inBatches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
