import type { Activities } from '../../activities/index.js';
import type { Suspect } from '../../domain/acceptance.js';
import type { CheckResult } from '../../domain/decision.js';
import type { FaceState } from '../../domain/face-record.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { Check, ReasonCode } from '../../domain/reasons.js';
import type { SessionState } from '../../domain/session.js';

type Name = keyof Activities;
type Request<K extends Name> = Parameters<Activities[K]>[0];

/**
 * Replaces an activity. `happy` has the effect of the fake and returns its answer; `nth` counts the tries of this activity,
 * from 1.
 */
export type Overrides = {
  [K in Name]?: (
    request: Request<K>,
    happy: () => ReturnType<Activities[K]>,
    nth: number,
  ) => ReturnType<Activities[K]>;
};

/** What a session did to the world, and what it left there. */
export interface FakeWorld {
  activities: Activities;
  /** Every try of every activity, in the order they began. */
  calls: { name: Name; request: unknown }[];
  /** Rows of the session as they were saved. */
  saved: SessionState[];
  left: {
    user: boolean;
    row?: FaceState;
    face: boolean;
    photo: boolean;
    /** The number of the document is taken. */
    document?: boolean;
    /** The face that a new one replaces; absent until then. */
    older?: FaceState;
  };
}

/** The person whom a search without a claim recognises. */
export const RECOGNISED = 'recognised2222222222222222';

/** Key of the face that a user has before its photo is replaced. */
export const OLDER = 'olderkey22222222';

const faceModelVersion = '7.0';

export function passed(check: Check): CheckResult {
  return { check, outcome: 'passed', reasons: [], evidence: { calls: 1 } };
}

export function missed(check: Check, ...reasons: ReasonCode[]): CheckResult {
  return { check, outcome: 'failed', reasons, evidence: { calls: 1 } };
}

/** A check that asks a human about these users. */
export function asksAbout(check: Check, reason: ReasonCode, ...suspects: Suspect[]): CheckResult {
  return { ...missed(check, reason), outcome: 'incomplete', suspects };
}

/** The image of a capture. */
export function captureImage(captureId: string): ImageRef {
  const key = `incoming/${captureId}`;
  return { bucket: 'bucket-of-the-tests', key, sha256: `sha-of-${captureId}`, width: 600, height: 800 };
}

/** Every activity, happy unless overridden, over a world of one user, one row, one face and one photo. */
export function fakeWorld(overrides: Overrides = {}): FakeWorld {
  const world: Omit<FakeWorld, 'activities'> = {
    calls: [],
    saved: [],
    left: { user: false, face: false, photo: false },
  };
  const happy = happyActivities(world);
  const entries = (Object.keys(happy) as Name[]).map((name) => [name, record(name, happy, overrides, world)]);
  return { ...world, activities: Object.fromEntries(entries) as Activities };
}

function record<K extends Name>(
  name: K,
  happy: Activities,
  overrides: Overrides,
  { calls }: Pick<FakeWorld, 'calls'>,
) {
  return async (request: Request<K>) => {
    calls.push({ name, request });
    const act = happy[name] as (request: Request<K>) => ReturnType<Activities[K]>;
    const override = overrides[name];
    if (!override) return act(request);
    return override(request, () => act(request), calls.filter((call) => call.name === name).length);
  };
}

function happyActivities({ saved, left }: Pick<FakeWorld, 'saved' | 'left'>): Activities {
  return {
    openSession: async () => ({ opened: true }),
    saveSession: async ({ state }) => {
      saved.push(state);
    },
    startLiveness: async ({ number }) => ({ captureId: `capture-${number}` }),
    readLiveness: async ({ captureId }) => {
      const image = captureImage(captureId);
      return { result: passed('liveness'), reference: image, images: [image] };
    },
    settleLiveness: async () => {},
    discardCapture: async () => {},

    checkDocument: async () => ({ result: passed('document'), hash: 'document-hash' }),
    claimDocument: async () => {
      left.document = true;
      return passed('document');
    },
    releaseDocument: async () => {
      delete left.document;
    },

    checkQuality: async () => passed('quality'),
    comparePhotos: async () => passed('face_match'),
    searchDuplicates: async () => passed('duplicate'),
    searchRivals: async ({ only }) => ({
      seen: only !== undefined,
      rivals: [],
      result: passed('duplicate'),
    }),
    searchOwnShard: async ({ subject }) => ({ result: passed('user_match'), subject }),
    searchEveryShard: async () => ({ result: passed('user_match'), subject: RECOGNISED }),
    recheckDuplicate: async () => passed('duplicate'),
    countAttempt: async () => ({ locked: false }),

    reserveUser: async () => {
      left.user = true;
      return { outcome: 'reserved' };
    },
    holdUser: async () => {
      left.user = true;
      return { outcome: 'held', older: [OLDER] };
    },
    replaceFaces: async () => {
      left.older = 'replaced';
    },
    releaseUser: async () => {
      left.user = false;
    },
    placeFace: async ({ rank }) => {
      left.row ??= 'tentative';
      return { collection: 'collection', rank };
    },
    withdrawFace: async () => {
      delete left.row;
    },
    indexFace: async ({ collection }) => {
      left.face = true;
      return { face: { faceId: 'face', collection, faceModelVersion } };
    },
    removeFace: async () => {
      left.face = false;
    },
    promotePhoto: async () => {
      left.photo = true;
    },
    discardPhotos: async () => {
      left.photo = false;
    },
    commitFace: async () => {
      if (left.row !== 'tentative' && left.row !== 'active') return { committed: false };
      left.row = 'active';
      return { committed: true };
    },
    readFaces: async () => ({ rows: [] }),
    displaceFace: async () => ({ displaced: true }),
  };
}
