import type { FaceRecord } from '../domain/face-record.js';
import { parseExternalImageId } from '../domain/face-record.js';
import type { CallFact } from '../domain/facts.js';
import type { StoredImage } from '../domain/image-ref.js';
import type { Policy } from '../domain/policy.js';
import type { Tenant } from '../domain/session.js';
import { type ChosenThresholds, lowestThreshold, thresholdsFor } from '../domain/thresholds.js';
import { failures } from '../workflows/failures.js';
import { failureType } from './failure-type.js';
import type { Ports, SearchAnswer } from './ports.js';

/** A face found in a shard, with the row that vouches for it or not. */
export interface FoundFace {
  collection: string;
  faceId: string;
  subject: string;
  faceKey: string;
  similarity: number;
  thresholds: ChosenThresholds;
  row: FaceRecord | undefined;
}

export interface ShardsAnswer {
  found: FoundFace[];
  /** The photo has no face that could be searched for. */
  noFace: boolean;
  faceModelVersions: string[];
  requestIds: string[];
  calls: number;
  /** Of the calls that were answered. */
  facts: CallFact[];
  /** Collections that did not answer. Never the same as "nothing found". */
  unanswered: string[];
}

/**
 * SearchFacesByImage on every collection at once, and the rows of what was found, read strongly: a collection is an index,
 * rows are the truth. A collection that fails is reported; one that an operator must mend fails the whole.
 * @param maxFaces 1–4096 (API reference)
 * @throws ApplicationFailure `OperatorMustAct`
 */
export async function searchShards(
  { faces, users }: Pick<Ports, 'faces' | 'users'>,
  request: {
    tenant: Tenant;
    collections: readonly string[];
    image: StoredImage;
    policy: Policy;
    maxFaces: number;
    /** Rows that were read strongly a moment ago. */
    known?: readonly FaceRecord[];
  },
): Promise<ShardsAnswer> {
  const { tenant, collections, image, policy, maxFaces, known = [] } = request;
  const threshold = lowestThreshold(policy);
  const settled = await Promise.allSettled(
    collections.map((collection) =>
      faces.searchByImage({ collection, image, maxFaces, threshold, qualityFilter: policy.qualityFilter }),
    ),
  );
  const answers: { collection: string; answer: SearchAnswer }[] = [];
  const unanswered: string[] = [];
  settled.forEach((result, at) => {
    const collection = collections[at] ?? '';
    if (result.status === 'fulfilled') answers.push({ collection, answer: result.value });
    else if (failureType(result.reason) === failures.operatorMustAct) throw result.reason;
    else unanswered.push(collection);
  });

  const hits = answers.flatMap(({ collection, answer }) => {
    const thresholds = thresholdsFor(policy, answer.faceModelVersion ?? '');
    return (answer.hits ?? []).flatMap((hit) => {
      const owner = parseExternalImageId(hit.externalImageId);
      return owner
        ? [{ ...owner, collection, faceId: hit.faceId, similarity: hit.similarity, thresholds }]
        : [];
    });
  });
  const rowOf = new Map(known.map((row) => [`${row.subject}:${row.faceKey}`, row]));
  const unknown = hits.filter((hit) => !rowOf.has(`${hit.subject}:${hit.faceKey}`));
  const rows = unknown.length > 0 ? await users.readFaces(tenant, unknown) : [];
  for (const row of rows) rowOf.set(`${row.subject}:${row.faceKey}`, row);
  return {
    found: hits.map((hit) => ({ ...hit, row: rowOf.get(`${hit.subject}:${hit.faceKey}`) })),
    noFace: answers.some(({ answer }) => answer.hits === undefined),
    faceModelVersions: [...new Set(answers.flatMap(({ answer }) => answer.faceModelVersion ?? []))],
    requestIds: answers.map(({ answer }) => answer.requestId),
    calls: collections.length,
    facts: answers.map(({ answer }) => answer.fact),
    unanswered,
  };
}
