import { activityInfo } from '@temporalio/activity';
import type { Housekeeping } from '../../activities/housekeeping.js';

type Name = keyof Housekeeping;
type Request<K extends Name> = Parameters<Housekeeping[K]>[0];

/** Answers of activities in a test of erasure or reconciliation; `nth` counts the tries of each, from 1. */
export type HousekeepingFakes = {
  [K in Name]?: (request: Request<K>, nth: number) => ReturnType<Housekeeping[K]>;
};

interface World {
  fakes: HousekeepingFakes;
  calls: { name: Name; request: unknown }[];
}

const worlds = new Map<string, World>();

/** Makes the world that activities of this workflow act on. @returns every try of every activity, in order */
export function housekeepingWorld(workflowId: string, fakes: HousekeepingFakes): World['calls'] {
  const world: World = { fakes, calls: [] };
  worlds.set(workflowId, world);
  return world.calls;
}

const names: readonly Name[] = [
  'markErasing',
  'readUnderWay',
  'fenceFaces',
  'listStores',
  'eraseStore',
  'eraseRemaining',
  'saveErasure',
  'finishErasure',
  'listPlaces',
  'reconcilePage',
  'saveReport',
];

/** Every activity, answered by the world of the workflow that asks. */
export function routedHousekeeping(): Housekeeping {
  const answer = (name: Name) => async (request: never) => {
    const { workflowExecution } = activityInfo();
    const world = worlds.get(workflowExecution?.workflowId ?? '');
    const fake = world?.fakes[name] as ((request: never, nth: number) => unknown) | undefined;
    if (!world || !fake) throw new Error(`Nothing answers ${name} here.`);
    world.calls.push({ name, request });
    return fake(request, world.calls.filter((call) => call.name === name).length);
  };
  return Object.fromEntries(names.map((name) => [name, answer(name)])) as unknown as Housekeeping;
}
