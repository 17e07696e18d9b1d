import { CancellationScope, sleep } from '@temporalio/workflow';
import { type Acceptance, passAccepted } from '../domain/acceptance.js';
import { type CheckResult, hasPassed } from '../domain/decision.js';
import { externalImageId, type IndexedFace, type Rank } from '../domain/face-record.js';
import type { ImageRef } from '../domain/image-ref.js';
import { mergeChecks } from '../domain/merge-checks.js';
import { facePhotoKey } from '../domain/photo-keys.js';
import { judgeRival } from '../domain/race.js';
import type { ReasonCode } from '../domain/reasons.js';
import { together } from '../domain/together.js';
import { commitFace, discardPhotos, enrolment, indexFace, removeFace, withdrawFace } from './activities.js';
import type { RegistrationInput } from './messages.js';
import { persist } from './persist.js';
import type { Saga } from './saga.js';
import { uninterrupted } from './uninterrupted.js';

/**
 * How long we wait for the new face to appear in searches, and for a rival ahead of us to decide. Only pauses count: an
 * outage in between says nothing about either.
 */
const VISIBLE_WITHIN_MS = 10_000;
const RIVAL_DECIDES_WITHIN_MS = 30_000;

interface Candidate {
  /** The photo of the face that is to count. */
  image: ImageRef;
  /** The search that found nobody else, before the face was there. */
  duplicate: CheckResult;
  /** What a reviewer has let pass. */
  accepted: readonly Acceptance[];
}

interface Enrolled {
  results: CheckResult[];
  face?: IndexedFace;
}

/**
 * The law of faces (docs/decisions/): the row stands in line *before* the face can be seen; the face is indexed; every
 * shard is searched again until the new face itself is found; rivals are settled by rank; and the one conditional write
 * that makes the face count comes last of all.
 */
export async function enrolFace(
  input: RegistrationInput,
  { image, duplicate, accepted }: Candidate,
  saga: Saga,
): Promise<Enrolled> {
  const { tenant, subject, faceKey, sessionId, policy, scope } = input;
  const own = { tenant, subject, faceKey };

  // The row first: from then on the face counts for nobody, whatever else is still there.
  let undoIndexing = async () => {};
  let undoPhoto = async () => {};
  saga.add(async () => {
    await persist(() => withdrawFace({ ...own, sessionId }));
    await persist(undoIndexing);
    await persist(undoPhoto);
  });
  const newest: Rank = { startedAt: Date.now(), sessionId };
  const place = { ...own, rank: newest, image, ...(scope ? { scope } : {}) };
  // Where the first try put it: another worker may have lost that answer, and rivals go by the row.
  const { collection, rank } = await uninterrupted(() => enrolment.placeFace(place));

  const indexing = {
    collection,
    image,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter: policy.qualityFilter,
  };
  undoIndexing = () => removeFace(indexing);
  const { face, result: refusal } = await indexFace(indexing);
  if (!face) return { results: [refusal] };
  undoIndexing = () => removeFace({ ...indexing, faceId: face.faceId });
  // Before the search already: where a worker dies after the photo was copied, another searches again, and may find a rival.
  const photo: ImageRef = { ...image, key: facePhotoKey(tenant, subject, faceKey) };
  undoPhoto = () => discardPhotos({ photos: [photo] });

  const closing = await closingSearch(input, { image, accepted }, face, rank);
  const result = mergeChecks(duplicate, closing);
  if (!hasPassed(result)) return { results: [result] };

  await uninterrupted(() => enrolment.promotePhoto({ from: image, to: photo }));
  // Not to be cancelled: it may have counted already, and then only its own answer says so.
  const { committed, taken } = await CancellationScope.nonCancellable(() =>
    commitFace({ ...own, rank, face, image: photo }),
  );
  // Somebody ahead of us in line was quicker: our row is `lost`. Or the user is not ours any more.
  if (!committed) return { results: [failed(result, taken ? `user_${taken}` : 'duplicate_face', 'failed')] };
  return { results: [result], face };
}

/** Searches until the new face is found in its own shard, then every other shard, and settles each rival. */
async function closingSearch(
  input: RegistrationInput,
  { image, accepted }: Pick<Candidate, 'image' | 'accepted'>,
  face: IndexedFace,
  rank: Rank,
): Promise<CheckResult> {
  const { tenant, subject, faceKey, policy } = input;
  const search = { tenant, subject, faceKey, faceId: face.faceId, image, policy };

  let own = await enrolment.searchRivals({ ...search, only: face.collection });
  for (
    let pause = 200, waited = 0;
    !own.seen && waited < VISIBLE_WITHIN_MS;
    pause = Math.min(pause * 2, 2_000)
  ) {
    await sleep(pause, { summary: 'until the new face can be found' });
    waited += pause;
    own = await enrolment.searchRivals({ ...search, only: face.collection });
  }
  if (!own.seen) return failed(own.result, 'duplicate_check_incomplete', 'incomplete');

  // Only now: two faces that cannot see each other yet are never both past this line.
  const others = await enrolment.searchRivals({ ...search, except: face.collection });
  const result = passAccepted(mergeChecks(own.result, others.result), accepted);
  if (!hasPassed(result)) return result;

  // Also where a suspect was let pass: no reviewer's word settles a rival.
  const lost = await settleRivals(input, rank, [...own.rivals, ...others.rivals]);
  return lost ? failed(result, lost, lost === 'duplicate_face' ? 'failed' : 'incomplete') : result;
}

interface RivalFace {
  subject: string;
  faceKey: string;
  faceId: string;
}

/**
 * Settles rivals by their rows: who loses to one of them loses at once; who stands behind one waits; only who has nobody
 * ahead takes those behind out of the race. Undefined when nobody stands in the way any more.
 */
async function settleRivals(
  { tenant }: RegistrationInput,
  rank: Rank,
  rivals: readonly RivalFace[],
): Promise<ReasonCode | undefined> {
  if (rivals.length === 0) return undefined;
  for (let pause = 250, waited = 0; ; pause = Math.min(pause * 2, 2_000)) {
    const { rows } = await enrolment.readFaces({ tenant, faces: rivals });
    const moves = rivals.map(({ subject, faceKey, faceId }) => {
      const row = rows.find((each) => each.subject === subject && each.faceKey === faceKey);
      return { row, move: judgeRival(rank, row, faceId) };
    });
    if (moves.some(({ move }) => move === 'lose')) return 'duplicate_face';
    if (!moves.some(({ move }) => move === 'wait')) {
      const behind = moves.flatMap(({ row, move }) => (row && move === 'displace' ? [row] : []));
      if (behind.length === 0) return undefined;
      const displaced = await together(...behind.map((face) => enrolment.displaceFace({ tenant, face })));
      if (displaced.every((each) => each.displaced)) return undefined;
      // one of them changed under our hands: look again
    }
    if (waited >= RIVAL_DECIDES_WITHIN_MS) return 'duplicate_check_incomplete';
    await sleep(pause, { summary: 'for a rival to decide' });
    waited += pause;
  }
}

function failed(result: CheckResult, reason: ReasonCode, outcome: 'failed' | 'incomplete'): CheckResult {
  return { ...result, outcome, reasons: [...result.reasons, reason] };
}
