import type { Import } from './sources.js';

/** What a room may import of ours; its own files always. A path is a file, or a folder with all below it. */
interface Room {
  /** Types and values. */
  may: readonly string[];
  /** Types only. */
  types?: readonly string[];
  /** npm packages and Node's modules; absent: any. */
  packages?: readonly string[];
}

const ALL = [
  'configuration',
  'domain',
  'workflows',
  'activities',
  'workers',
  'telemetry',
  'temporal.config.ts',
];

/** The parts of `workflows` that say how to talk to them. */
const CONTRACT = ['messages', 'batch-messages', 'ids', 'failures', 'task-queues', 'search-attributes'].map(
  (name) => `workflows/${name}.ts`,
);

/** What CONTRIBUTING.md tells in words. The key is a room, or a file that may do more than its room. */
export const rooms: Readonly<Record<string, Room>> = {
  // How variables of the environment are read, for every room that has settings.
  configuration: { may: [], packages: ['zod'] },
  domain: { may: [], packages: [] },
  workflows: {
    may: ['domain'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common'],
  },
  activities: { may: ['configuration', 'domain', 'workflows/failures.ts', 'telemetry'] },
  // It stands in for AWS, so it must not know the service.
  local: { may: ['domain'] },
  telemetry: { may: [] },
  api: {
    may: ['configuration', 'domain', ...CONTRACT, 'telemetry', 'temporal.config.ts'],
    types: ['workflows', 'activities/ports.ts'],
  },
  'api/server.ts': {
    may: ['configuration', 'domain', ...CONTRACT, 'telemetry', 'temporal.config.ts', 'activities/aws'],
    types: ['workflows', 'activities/ports.ts'],
  },
  workers: { may: ALL },
  web: { may: ['domain'] },
  cli: { may: [...ALL, 'api', 'local', 'web'] },
  'temporal.config.ts': { may: ['configuration', 'workers/codec', 'workflows/task-queues.ts'] },
  // Never shipped; it starts the stack that the tests start.
  bench: { may: [...ALL, 'api', 'local', 'cli', 'web', 'test/support'] },
  test: { may: [...ALL, 'api', 'local', 'cli', 'web', 'bench'] },
};

const isIn = (path: string, place: string) => path === place || path.startsWith(`${place}/`);

/** The room of a file: itself, where it has rules of its own, or its top folder. Undefined: it is in none. */
export function roomOf(path: string): string | undefined {
  return [path, path.split('/')[0] ?? ''].find((name) => Object.hasOwn(rooms, name));
}

export function mayImport({ from, to, ours, typeOnly }: Import): boolean {
  const name = roomOf(from);
  const room = name === undefined ? undefined : rooms[name];
  if (!room) return true; // another rule says that the file is in no room
  if (!ours) return room.packages?.includes(to) ?? true;
  const own = from.includes('/') ? (from.split('/')[0] ?? '') : from;
  const places = [own, ...room.may, ...(typeOnly ? (room.types ?? []) : [])];
  return places.some((place) => isIn(to, place));
}
