import { CancellationScope, sleep } from '@temporalio/workflow';
import type { CheckResult, Evidence } from '../domain/decision.js';
import { externalImageId, type IndexedFace, type Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import { facePhotoKey } from '../domain/photo-keys.js';
import { judgeRival } from '../domain/race.js';
import type { ReasonCode } from '../domain/reasons.js';
import { commitFace, discardPhotos, enrolment, indexFace, removeFace, withdrawFace } from './activities.js';
import type { RegistrationInput } from './messages.js';
import type { Saga } from './saga.js';
import { uninterrupted } from './uninterrupted.js';

/** How long the new face may take to appear in searches, and how long a rival ahead of us may take to decide. */
const VISIBLE_WITHIN_MS = 10_000;
const RIVAL_DECIDES_WITHIN_MS = 30_000;

interface Enrolled {
  results: CheckResult[];
  face?: IndexedFace;
}

/**
 * The law of faces (DESIGN section 4): the row stands in line *before* the face can be seen; the face is indexed; every
 * shard is searched again until the new face itself is found; rivals are settled by rank; and the one conditional write
 * that makes the face count comes last of all.
 */
export async function enrolFace(
  input: RegistrationInput,
  selfie: ImageRef,
  saga: Saga,
  duplicate: CheckResult,
): Promise<Enrolled> {
  const { tenant, subject, faceKey, sessionId, policy, scope } = input;
  const own = { tenant, subject, faceKey };

  saga.add(() => withdrawFace({ ...own, sessionId }));
  const newest: Rank = { startedAt: Date.now(), sessionId };
  const place = { ...own, rank: newest, image: selfie, ...(scope ? { scope } : {}) };
  // Where the first try put it: another worker may have lost that answer, and rivals go by the row.
  const { collection, rank } = await uninterrupted(() => enrolment.placeFace(place));

  const indexing = {
    collection,
    image: selfie,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter: policy.qualityFilter,
  };
  let face: IndexedFace | undefined;
  saga.add(() => removeFace({ ...indexing, ...(face ? { faceId: face.faceId } : {}) }));
  const indexed = await indexFace(indexing);
  if (!indexed.face) return { results: [indexed.result] };
  face = indexed.face;

  const closing = await closingSearch(input, selfie, face, rank);
  const result = mergeChecks(duplicate, closing);
  if (result.outcome !== 'passed') return { results: [result] };

  const photo: ImageRef = { ...selfie, key: facePhotoKey(tenant, subject, faceKey) };
  saga.add(() => discardPhotos({ photos: [photo] }));
  await uninterrupted(() => enrolment.promotePhoto({ from: selfie, to: photo }));
  // Not to be cancelled: it may have counted already, and then only its own answer says so.
  const { committed } = await CancellationScope.nonCancellable(() =>
    commitFace({ ...own, sessionId, face, image: photo }),
  );
  // Somebody ahead of us in line was quicker: our row is `lost`.
  if (!committed) return { results: [failed(result, 'duplicate_face', 'failed')] };
  return { results: [result], face };
}

/** Searches until the new face is found in its own shard, then every other shard, and settles each rival. */
async function closingSearch(
  input: RegistrationInput,
  image: ImageRef,
  face: IndexedFace,
  rank: Rank,
): Promise<CheckResult> {
  const { tenant, subject, faceKey, policy } = input;
  const search = { tenant, subject, faceKey, faceId: face.faceId, image, policy };

  let own = await enrolment.searchRivals({ ...search, only: face.collection });
  const visibleUntil = Date.now() + VISIBLE_WITHIN_MS;
  for (let pause = 200; !own.seen && Date.now() < visibleUntil; pause = Math.min(pause * 2, 2_000)) {
    await sleep(pause, { summary: 'until the new face can be found' });
    own = await enrolment.searchRivals({ ...search, only: face.collection });
  }
  if (!own.seen) return failed(own.result, 'duplicate_check_incomplete', 'incomplete');

  // Only now: two faces that cannot see each other yet are never both past this line.
  const others = await enrolment.searchRivals({ ...search, except: face.collection });
  const result = mergeChecks(own.result, others.result);
  if (result.outcome !== 'passed') return result;

  for (const rival of [...own.rivals, ...others.rivals]) {
    const settled = await settleRival(input, rank, rival);
    if (settled) return failed(result, settled, settled === 'duplicate_face' ? 'failed' : 'incomplete');
  }
  return result;
}

interface RivalFace {
  subject: string;
  faceKey: string;
  faceId: string;
}

/** Undefined when the rival no longer stands in the way. */
async function settleRival(
  { tenant }: RegistrationInput,
  rank: Rank,
  rival: RivalFace,
): Promise<ReasonCode | undefined> {
  const { subject, faceKey, faceId } = rival;
  const waitUntil = Date.now() + RIVAL_DECIDES_WITHIN_MS;
  for (let pause = 250; ; pause = Math.min(pause * 2, 2_000)) {
    const { row } = await enrolment.readFace({ tenant, subject, faceKey });
    const move = judgeRival(rank, row, faceId);
    if (move === 'ignore') return undefined;
    if (move === 'lose') return 'duplicate_face';
    if (move === 'displace') {
      const { displaced } = await enrolment.displaceFace({ tenant, subject, faceKey });
      if (displaced) return undefined;
      continue; // it changed under our hands: look again
    }
    if (Date.now() >= waitUntil) return 'duplicate_check_incomplete';
    await sleep(pause, { summary: 'for a rival that is ahead in line' });
  }
}

function failed(result: CheckResult, reason: ReasonCode, outcome: 'failed' | 'incomplete'): CheckResult {
  return { ...result, outcome, reasons: [...result.reasons, reason] };
}

/** Two searches of one check: it passed only where both did. */
function mergeChecks(first: CheckResult, second: CheckResult): CheckResult {
  const worst =
    [first, second].find(({ outcome }) => outcome === 'failed') ??
    [first, second].find(({ outcome }) => outcome === 'incomplete') ??
    second;
  return {
    check: first.check,
    outcome: worst.outcome,
    reasons: [...new Set([...first.reasons, ...second.reasons])],
    evidence: mergeEvidence(first.evidence, second.evidence),
  };
}

function mergeEvidence(first: Evidence, second: Evidence): Evidence {
  return {
    ...first,
    ...second,
    calls: (first.calls ?? 0) + (second.calls ?? 0),
    requestIds: [...(first.requestIds ?? []), ...(second.requestIds ?? [])],
    unanswered: [...(first.unanswered ?? []), ...(second.unanswered ?? [])],
  };
}
