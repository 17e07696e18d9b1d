import { ApplicationFailure } from '@temporalio/common';
import { type Suspect, suspectsOf } from '../domain/acceptance.js';
import type { CheckResult } from '../domain/decision.js';
import { counts, type FaceRecord } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import { type Match, type Recognition, recognise } from '../domain/matches.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Scope } from '../domain/shards.js';
import { failures } from '../workflows/failures.js';
import { everyCollection } from './collections.js';
import type { Ports } from './ports.js';
import { type FoundFace, type ShardsAnswer, searchShards } from './search-shards.js';

/**
 * Whitepaper, "Parameters": several photos of one person give several results; enough to see a second person too, also where a
 * batch job has indexed dozens of photos of the first one.
 */
const MAX_FACES = 100;

export interface UserSearch {
  result: CheckResult;
  /** Whoever was recognised, and whoever would be but for a near tie that a human shall judge. */
  subject?: string;
}

type SearchPorts = Pick<Ports, 'faces' | 'users' | 'shardMap'>;

/**
 * How often a search is made again because the photo of whom it looks for was replaced while it ran: two updates can hardly
 * meet one login.
 */
const MOST_SEARCHES = 3;

/**
 * 1:1, whitepaper "Searching for faces in a sharded collection": the claimed user's rows name the collection to ask. Whoever
 * is not recognised is looked for again where those rows have changed meanwhile.
 */
export async function searchOwnShard(
  ports: SearchPorts,
  request: { tenant: Tenant; subject: string; image: ImageRef; policy: Policy },
): Promise<UserSearch> {
  const { tenant, subject } = request;
  const readActive = async () => {
    const user = await ports.users.read(tenant, subject);
    return user?.faces.filter((face) => face.state === 'active') ?? [];
  };
  let found: UserSearch | undefined;
  for (let active = await readActive(), searches = 1; ; searches++) {
    found = withEarlier(found, await searchShardsOf(ports, request, active));
    if (active.length === 0 || !isUnrecognised(found) || searches === MOST_SEARCHES) return found;
    const now = await readActive();
    if (keysOf(now) === keysOf(active)) return found;
    active = now;
  }
}

const isUnrecognised = ({ result }: UserSearch) => result.reasons.includes('face_not_recognised');
const keysOf = (faces: readonly FaceRecord[]) =>
  faces
    .map(({ faceKey }) => faceKey)
    .sort()
    .join();

/** Searches where the user's active faces are. */
async function searchShardsOf(
  ports: SearchPorts,
  request: { tenant: Tenant; subject: string; image: ImageRef; policy: Policy },
  active: readonly FaceRecord[],
): Promise<UserSearch> {
  const { tenant, subject, image, policy } = request;
  const generation = await ports.shardMap.generation(tenant);
  const collections = [...new Set(active.flatMap((face) => face.faces[generation]?.collection ?? []))];
  if (collections.length === 0) {
    const evidence = { calls: 0, images: [image.sha256] };
    return { result: { check: 'user_match', outcome: 'failed', reasons: ['user_not_registered'], evidence } };
  }
  // A row that counted when the search began vouches for its face; one that did not may do so by now, and is read again.
  const maxFaces = MAX_FACES + active.length;
  const search = { tenant, collections, image, policy, maxFaces, known: active };
  return userSearch(await searchShards(ports, search), image, policy, subject);
}

/** 1:N, whitepaper "unknown user": every shard the scope allows, in parallel. */
export async function searchEveryShard(
  ports: SearchPorts,
  request: { tenant: Tenant; scope?: Scope; image: ImageRef; policy: Policy },
): Promise<UserSearch> {
  const { tenant, scope, image, policy } = request;
  const collections = await everyCollection(ports.shardMap, tenant, scope);
  let found: UserSearch | undefined;
  for (let searches = 1; ; searches++) {
    const answer = await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES });
    found = withEarlier(found, userSearch(answer, image, policy));
    if (!isUnrecognised(found) || searches === MOST_SEARCHES || !answer.found.some(wasReplaced)) return found;
  }
}

/** A search that was made again cost what both did. */
function withEarlier(earlier: UserSearch | undefined, found: UserSearch): UserSearch {
  if (!earlier) return found;
  const [{ evidence: before, facts = [] }, { evidence }] = [earlier.result, found.result];
  const calls = (before.calls ?? 0) + (evidence.calls ?? 0);
  const requestIds = [...(before.requestIds ?? []), ...(evidence.requestIds ?? [])];
  const told = [...facts, ...(found.result.facts ?? [])];
  return { ...found, result: { ...found.result, evidence: { ...evidence, calls, requestIds }, facts: told } };
}

/** It may have stopped to count while the search ran, and then another face of that person counts by now. */
function wasReplaced({ row, similarity, thresholds }: FoundFace): boolean {
  return row?.state === 'replaced' && similarity >= thresholds.search;
}

/** @throws ApplicationFailure `DependencyUnavailable` when a shard did not answer: the best may be there. */
function userSearch(answer: ShardsAnswer, image: ImageRef, policy: Policy, claimed?: string): UserSearch {
  if (answer.unanswered.length > 0) {
    throw ApplicationFailure.create({
      type: failures.dependencyUnavailable,
      message: `SearchFacesByImage: ${answer.unanswered.length} collections did not answer`,
    });
  }
  const matches = answer.found
    .filter((face) => counts(face.row, face.faceId))
    .map((face) => ({
      subject: face.subject,
      similarity: face.similarity,
      threshold: face.thresholds.search,
      thresholdEntry: face.thresholds.entry,
    }));
  const recognition: Recognition = answer.noFace
    ? { reasons: ['selfie_low_quality'] }
    : recognise(matches, policy.flows.authentication, claimed);
  const { match, reasons, tied = [] } = recognition;
  const passed = reasons.length === 0;
  const forReview = reasons[0] === 'ambiguous_match_review';
  return {
    result: {
      check: 'user_match',
      outcome: passed ? 'passed' : forReview ? 'incomplete' : 'failed',
      reasons,
      evidence: {
        calls: answer.calls,
        requestIds: answer.requestIds,
        images: [image.sha256],
        ...(answer.faceModelVersions[0] ? { faceModelVersion: answer.faceModelVersions[0] } : {}),
        ...(match ? evidenceOf(match) : {}),
      },
      ...(forReview ? suspectsOf(tied.map((each) => suspect(each, match))) : {}),
      facts: answer.facts,
    },
    ...((passed || forReview) && match ? { subject: match.subject } : {}),
  };
}

function suspect({ subject, similarity }: Match, recognised: Match | undefined): Suspect {
  return { subject, similarity, ...(subject === recognised?.subject ? { recognised: true } : {}) };
}

function evidenceOf({ similarity, threshold, thresholdEntry }: Match) {
  return { similarity, threshold, ...(thresholdEntry ? { thresholdEntry } : {}) };
}
