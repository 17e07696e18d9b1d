import { type DuplicatePair, faceName, type PairedFace, pairOf } from '../../domain/batch/pair.js';
import { counts, type FaceRecord, type IndexedFace, parseExternalImageId } from '../../domain/face-record.js';
import type { Policy } from '../../domain/policy.js';
import type { Tenant } from '../../domain/session.js';
import { lowestThreshold, thresholdsFor } from '../../domain/thresholds.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import type { Ports, SearchAnswer } from '../ports.js';
import { MAX_FACES } from '../search-duplicates.js';

/** What a search for the duplicates of a job goes by. */
export interface DuplicateSearch {
  tenant: Tenant;
  policy: Policy;
  generation: string;
  /** All that searches ask, in the order of the shard map. */
  collections: readonly string[];
  /** Not only in its own and those after it. */
  everywhere: boolean;
  /** In the lane's turn. */
  faces: Pick<Ports['faces'], 'searchByFace' | 'searchByImage'>;
  now(): number;
}

/** What the search for one face found. */
interface SearchedItem {
  /** False: the face does not count any more, or its photo is gone, so that it was not looked for everywhere. */
  searched: boolean;
  pairs: DuplicatePair[];
}

type Finding = PairedFace & { similarity: number };

const NOTHING: SearchedItem = { searched: false, pairs: [] };

/**
 * Looks for faces of other users that are this one's: in its own shard by the face, in those after it by the photo. Likeness
 * is mutual, so that what the job has put in an earlier shard finds this one; faces of others there have to be searched for.
 * Every hit is checked against its row, read strongly.
 * @throws ApplicationFailure `Throttled`, `DependencyUnavailable`, `OperatorMustAct`
 */
export async function searchItem(
  ports: Pick<Ports, 'users' | 'archive'>,
  search: DuplicateSearch,
  row: FaceRecord,
): Promise<SearchedItem> {
  const face = row.faces[search.generation];
  if (!face || !counts(row, face.faceId)) return NOTHING;
  const { answers, complete: searched } = await ask(ports.archive, search, row, face);
  const hits = answers.flatMap(([collection, answer]) => similar(search.policy, collection, answer));
  const others = hits.filter(({ subject }) => subject !== row.subject);
  if (others.length === 0) return { ...NOTHING, searched };

  // The own row too: minutes may have gone by, and of a user who was erased meanwhile nothing may be written.
  const rows = await ports.users.readFaces(search.tenant, [row, ...others]);
  const rowOf = new Map(rows.map((each) => [faceName(each), each]));
  if (!counts(rowOf.get(faceName(row)), face.faceId)) return NOTHING;
  const met = others.filter((other) => counts(rowOf.get(faceName(other)), other.faceId));
  const own = {
    faceId: face.faceId,
    collection: face.collection,
    subject: row.subject,
    faceKey: row.faceKey,
  };
  const at = search.now();
  return {
    searched,
    pairs: met.map(({ similarity, ...other }) => pairOf(own, other, { similarity, at })),
  };
}

/** Where the photo is needed and gone, there are fewer answers than there should be. */
async function ask(
  archive: Ports['archive'],
  { policy, collections, everywhere, faces }: DuplicateSearch,
  { image }: FaceRecord,
  { collection: own, faceId }: IndexedFace,
): Promise<{ answers: [collection: string, SearchAnswer][]; complete: boolean }> {
  const like = { maxFaces: MAX_FACES, threshold: lowestThreshold(policy) };
  // The photo was good enough when its face came to count, so no filter may leave it out now.
  const byImage = (collection: string) =>
    faces.searchByImage({ collection, image, qualityFilter: 'NONE', ...like });
  const answers: [string, SearchAnswer][] = [];
  try {
    const byFace = await faces.searchByFace({ collection: own, faceId, ...like });
    // A face that its collection lost is put back by reconciliation; until then its photo is as good.
    answers.push([own, byFace.hits ? byFace : await byImage(own)]);
    const from = everywhere ? 0 : collections.indexOf(own) + 1;
    for (const collection of collections.slice(from))
      if (collection !== own) answers.push([collection, await byImage(collection)]);
    return { answers, complete: true };
  } catch (error) {
    // Rekognition has one name for a photo that is gone and for one it may not read: an operator can mend the second.
    const mayBeGone = failureType(error) === failures.operatorMustAct;
    const { bucket, region, key } = image;
    if (!mayBeGone || (await archive.head({ bucket, ...(region ? { region } : {}) }, key))) throw error;
    return { answers, complete: false };
  }
}

/** Hits that are at or above the threshold of the model that judged them. */
function similar(policy: Policy, collection: string, answer: SearchAnswer): Finding[] {
  const { duplicate } = thresholdsFor(policy, answer.faceModelVersion ?? '');
  return (answer.hits ?? []).flatMap(({ faceId, externalImageId, similarity }) => {
    const owner = parseExternalImageId(externalImageId);
    return owner && similarity >= duplicate ? [{ faceId, collection, ...owner, similarity }] : [];
  });
}
