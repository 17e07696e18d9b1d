import { ApplicationFailure } from '@temporalio/common';
import type { CheckResult } from '../domain/decision.js';
import { counts } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import { type Match, type Recognition, recognise } from '../domain/matches.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import type { Scope } from '../domain/shards.js';
import { failures } from '../workflows/failures.js';
import { everyCollection } from './collections.js';
import type { Ports } from './ports.js';
import { type ShardsAnswer, searchShards } from './search-shards.js';

/** Whitepaper, "Parameters": several photos of one person give several results; enough to see a second person too. */
const MAX_FACES = 10;

export interface UserSearch {
  result: CheckResult;
  /** Whoever was recognised, whether or not that is enough. */
  subject?: string;
}

type SearchPorts = Pick<Ports, 'faces' | 'users' | 'shardMap'>;

/** 1:1, whitepaper "Searching for faces in a sharded collection": the claimed user's rows name the collection to ask. */
export async function searchOwnShard(
  ports: SearchPorts,
  request: { tenant: Tenant; subject: string; image: ImageRef; policy: Policy },
): Promise<UserSearch> {
  const { tenant, subject, image, policy } = request;
  const user = await ports.users.read(tenant, subject);
  const generation = await ports.shardMap.generation(tenant);
  const active = user?.faces.filter((face) => face.state === 'active') ?? [];
  const collections = [...new Set(active.flatMap((face) => face.faces[generation]?.collection ?? []))];
  if (collections.length === 0) {
    const evidence = { calls: 0, images: [image.sha256] };
    return { result: { check: 'user_match', outcome: 'failed', reasons: ['user_not_registered'], evidence } };
  }
  const search = { tenant, collections, image, policy, maxFaces: MAX_FACES, known: user?.faces ?? [] };
  return userSearch(await searchShards(ports, search), image, policy, subject);
}

/** 1:N, whitepaper "unknown user": every shard the scope allows, in parallel. */
export async function searchEveryShard(
  ports: SearchPorts,
  request: { tenant: Tenant; scope?: Scope; image: ImageRef; policy: Policy },
): Promise<UserSearch> {
  const { tenant, scope, image, policy } = request;
  const collections = await everyCollection(ports.shardMap, tenant, scope);
  return userSearch(
    await searchShards(ports, { tenant, collections, image, policy, maxFaces: MAX_FACES }),
    image,
    policy,
  );
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
  const { match, reasons } = recognition;
  const passed = reasons.length === 0;
  return {
    result: {
      check: 'user_match',
      outcome: passed ? 'passed' : reasons[0] === 'ambiguous_match_review' ? 'incomplete' : 'failed',
      reasons,
      evidence: {
        calls: answer.calls,
        requestIds: answer.requestIds,
        images: [image.sha256],
        ...(answer.faceModelVersions[0] ? { faceModelVersion: answer.faceModelVersions[0] } : {}),
        ...(match ? evidenceOf(match) : {}),
      },
    },
    ...(passed && match ? { subject: match.subject } : {}),
  };
}

function evidenceOf({ similarity, threshold, thresholdEntry }: Match) {
  return { similarity, threshold, ...(thresholdEntry ? { thresholdEntry } : {}) };
}
