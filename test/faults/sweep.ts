import { createHousekeeping } from '../../activities/housekeeping.js';
import { createActivities } from '../../activities/index.js';
import type { Workflows } from '../../activities/ports/workflows.js';
import type { Ports } from '../../activities/ports.js';
import { begin, type Result } from './execute.js';
import { flows, unreached } from './flows.js';
import { type Case, casesOf, LATE_MS, nameOf, quickCasesOf, SETTINGS, type Setting } from './plan.js';
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
  /** Told after each run. */
  progress?: (done: number, of: number) => void;
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

/** Runs per SIGKILL: each has its session at the point in question at that moment. */
const KILLED_AT_ONCE = 24;
/** How long the first of them may wait for the last; less than a try lasts. Milliseconds. */
const REACHED_WITHIN_MS = 4_000;

/** Drives every flow undisturbed, and then once for every fault at every call it made. */
export async function sweep(rig: Rig, options: SweepOptions): Promise<Swept> {
  const { quick, only } = options;
  const isWanted = (name: string) => only.length === 0 || only.some((part) => name.includes(part));
  const driven = flows.filter(
    ({ name }) => only.length === 0 || only.some((part) => part.startsWith(name) || name.includes(part)),
  );
  const undisturbed = await inSetting(
    rig,
    'plain',
    { ...options, atOnce: Math.min(options.atOnce, UNDISTURBED_AT_ONCE) },
    driven.map((flow) => ({ flow, setting: 'plain' })),
  );
  const known = undisturbed.map(({ case: { flow }, calls }) => ({ flow, calls }));
  const all = quick ? quickCasesOf(known) : known.flatMap(({ flow, calls }) => casesOf(flow, calls));
  const cases = all.filter((each) => isWanted(nameOf(each)));
  const results = [...undisturbed];
  const planned = cases.map(nameOf);
  if (options.listOnly) return { results, planned, gaps: gapsOf(results) };
  const total = undisturbed.length + cases.length;
  for (const setting of SETTINGS) {
    const due = cases.filter((each) => each.setting === setting);
    const before = results.length;
    const progress = (done: number) => options.progress?.(before + done, total);
    results.push(...(await inSetting(rig, setting, { ...options, progress }, due)));
  }
  rig.twin.faults.clearRules();
  rig.twin.faults.replace({});
  const looked = await reconciled(rig, results);
  return { results: looked, planned, gaps: only.length === 0 ? gapsOf(results) : [] };
}

/** Activities that no flow calls, faults that never happened. */
function gapsOf(results: readonly Result[]): string[] {
  const called = new Set<string>(results.flatMap(({ calls }) => calls.map(({ activity }) => activity)));
  const names = [
    ...Object.keys(createActivities({} as Ports)),
    ...Object.keys(createHousekeeping({} as Ports, {} as Workflows)),
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
  let done = 0;
  const finished = (result: Result) => {
    options.progress?.(++done, cases.length);
    return result;
  };
  const kills = cases.filter(({ fault }) => fault?.kind.startsWith('kill'));
  const others = cases.filter((each) => !kills.includes(each));
  if (kills.length > 0) rig.worker.prepareSpare();
  const results = await pool(options.atOnce, others, async (each) => finished(await once(rig, each)));
  for (let start = 0; start < kills.length; start += KILLED_AT_ONCE) {
    const batch = kills.slice(start, start + KILLED_AT_ONCE);
    results.push(...(await killed(rig, batch)).map(finished));
    if (start + KILLED_AT_ONCE < kills.length) rig.worker.prepareSpare();
  }
  return results;
}

/** With many runs at once, or a busy machine, races are not always what they were planned to be. */
const CHANCES = 3;

async function once(rig: Rig, one: Case): Promise<Result> {
  for (let chance = 1; ; chance++) {
    const result = await (await begin(rig, one)).finish();
    if (!result.missed || result.problems.length > 0 || chance === CHANCES) return result;
  }
}

/** Sets out with all of them, kills the worker when each stands at its point, and sees how they go on. */
async function killed(rig: Rig, cases: readonly Case[]): Promise<Result[]> {
  const begun = await Promise.all(cases.map((each) => begin(rig, each)));
  const deadline = Date.now() + REACHED_WITHIN_MS;
  const left = () => Math.max(1, deadline - Date.now());
  await Promise.all(begun.map(({ disturbance }) => disturbance?.reached(left())));
  await rig.worker.killAndReplace();
  return Promise.all(begun.map(({ finish }) => finish()));
}

async function pool<T, R>(atOnce: number, items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, lane));
  return results;
}
