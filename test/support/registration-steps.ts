import assert from 'node:assert/strict';
import type { Activities } from '../../activities/index.js';
import type { Flow } from '../../domain/policy.js';
import type { Status } from '../../domain/status.js';
import { eventually } from './eventually.js';
import { missed, type Overrides } from './fake-activities.js';
import { meets, metRival } from './rival.js';
import { photoRef } from './session-fixtures.js';
import type { SessionRunner, TestSession } from './session-runner.js';

type Name = keyof Activities;

export const USER = ['releaseUser'];
export const ROW = ['withdrawFace', ...USER];
export const INDEXING = ['withdrawFace', 'removeFace', ...USER];
export const FACE = ['withdrawFace', 'removeFace', 'discardPhotos', ...USER];
const UNDOS = new Set<string>(FACE);

/** The undos that ran, in order. */
export function undone(session: TestSession): string[] {
  return session.called().filter((name) => UNDOS.has(name));
}

export function assertNothingLeft({ world }: TestSession): void {
  assert.deepEqual(world.left, { user: false, face: false, photo: false });
}

/** Waits until these undos ran, in this order and no others, and nothing is left. */
export async function assertUndone(session: TestSession, undos: readonly string[]): Promise<void> {
  await eventually(`undone: ${undos.join(', ')}`, () => undone(session).length >= undos.length);
  assert.deepEqual(undone(session), undos);
  assertNothingLeft(session);
}

export interface Step {
  name: Name;
  /** Which of its calls is meant, from 1. */
  nth?: number;
  /** What must be undone when it does not end well, in this order. */
  undos: string[];
  /** The same where it does, and what follows is stopped; absent: no other. */
  undosAfter?: string[];
  /** What else has to be so that it is called. */
  given?: () => Overrides;
  /** Where it refuses: its answer, and where that leaves the session. */
  refusal?: [answer: unknown, status: Status];
}

/** Every step of a registration, in order. */
export const steps: readonly Step[] = [
  { name: 'checkQuality', undos: [], refusal: [missed('quality', 'selfie_pose'), 'requires_input'] },
  { name: 'comparePhotos', undos: [], refusal: [missed('face_match', 'face_mismatch'), 'requires_input'] },
  { name: 'reserveUser', undos: USER, refusal: [{ outcome: 'exists' }, 'rejected'] },
  {
    name: 'searchDuplicates',
    undos: USER,
    refusal: [missed('duplicate', 'duplicate_suspected'), 'needs_review'],
  },
  { name: 'placeFace', undos: ROW },
  {
    name: 'indexFace',
    undos: INDEXING,
    undosAfter: FACE,
    refusal: [{ result: missed('quality', 'selfie_low_quality') }, 'requires_input'],
  },
  {
    name: 'searchRivals',
    undos: FACE,
    refusal: [{ seen: true, rivals: [], result: missed('duplicate', 'duplicate_suspected') }, 'needs_review'],
  },
  {
    name: 'searchRivals',
    nth: 2,
    undos: FACE,
    refusal: [{ seen: false, rivals: [], result: missed('duplicate', 'duplicate_face') }, 'rejected'],
  },
  { name: 'readFaces', undos: FACE, given: () => ({ searchRivals: metRival }) },
  {
    name: 'displaceFace',
    undos: FACE,
    given: () => meets((row) => [row('tentative', 1)]),
  },
  { name: 'promotePhoto', undos: FACE },
  { name: 'commitFace', undos: FACE, refusal: [{ committed: false }, 'rejected'] },
];

/** Begins a session whose call of `step` is answered by `stop` instead; `happy` is what it would have done. */
export function beginAndStopAt(
  sessions: SessionRunner,
  { name, nth = 1, given: givenFor }: Step,
  stop: (happy: () => Promise<unknown>) => Promise<unknown>,
  { flow = 'registration', taskTimeout = '1s' }: { flow?: Flow; taskTimeout?: `${number}s` } = {},
): Promise<TestSession> {
  const given = givenFor?.();
  return sessions.begin(flow, {
    // Local activities hold up a cancel until the task sends its heartbeat.
    workflowTaskTimeout: taskTimeout,
    input: { photos: { selfie: photoRef('selfie'), reference: photoRef('reference') } },
    overrides: {
      ...given,
      [name]: (request: never, happy: () => Promise<unknown>, count: number) => {
        const otherwise = given?.[name] as ((...args: unknown[]) => Promise<unknown>) | undefined;
        const usual = () => (otherwise ? otherwise(request, happy, count) : happy());
        return count === nth ? stop(usual) : usual();
      },
    },
  });
}

export function titleOf({ name, nth }: Step): string {
  return nth ? `${name} (${nth})` : name;
}
