import type { ItemReason } from '../../domain/batch/item.js';
import { externalImageId, type IndexedFace } from '../../domain/face-record.js';
import { judgeQuality } from '../../domain/gates.js';
import type { StoredImage } from '../../domain/image-ref.js';
import { LEAST_PIXELS } from '../../domain/photo-limits.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import { faultOfItem, itemFault, ofItem } from './item-fault.js';
import type { ItemJob, ItemMemo, ItemTools } from './item-work.js';
import { unreadable } from './look-at-item.js';
import { photoSize } from './photo-size.js';
import { removeFaces } from './remove-faces.js';

/** What an UnindexedFace says (API reference, `Reasons`); `EXCEEDS_MAX_FACES` is said of a face beside others. */
const REASONS: Readonly<Record<string, ItemReason>> = {
  EXTREME_POSE: 'extreme_pose',
  LOW_BRIGHTNESS: 'low_brightness',
  LOW_SHARPNESS: 'low_sharpness',
  LOW_CONFIDENCE: 'low_confidence',
  SMALL_BOUNDING_BOX: 'small_bounding_box',
  LOW_FACE_QUALITY: 'low_face_quality',
};

/**
 * Indexes the one face of a photo; of a photo with more of them nothing stays.
 * @returns the face, or why there is none
 */
export async function indexPhoto(
  tools: Pick<ItemTools, 'faces' | 'archive' | 'clock'>,
  job: ItemJob,
  { subject, faceKey, image }: { subject: string; faceKey: string; image: StoredImage },
  memo: ItemMemo,
): Promise<{ face: IndexedFace } | { refused: ItemReason }> {
  const { policy, spec } = job;
  const refused = spec.precheck && !memo.prechecked ? await precheck(tools, job, image) : undefined;
  if (refused) return { refused };
  memo.prechecked = true;
  const request = {
    collection: job.collectionOf(subject),
    image,
    externalImageId: externalImageId(subject, faceKey),
    qualityFilter: policy.qualityFilter,
  };
  let answer: Awaited<ReturnType<typeof tools.faces.indexPhoto>>;
  try {
    answer = await tools.faces.indexPhoto(request);
  } catch (error) {
    if (failureType(error) !== failures.throttled) memo.lost = true;
    return { refused: await refusedFor(tools.archive, image, error) };
  }
  const { faces, unindexed, fault } = answer;
  if (fault === 'not_found') return { refused: await whyNotFound(tools.archive, image) };
  if (fault) return { refused: fault };
  const [face] = faces;
  if (faces.length + unindexed.length > 1) {
    await removeFaces(tools, {
      faces,
      externalImageId: request.externalImageId,
      surplus: surplus(job, memo),
    });
    return { refused: 'multiple_faces' };
  }
  if (face) return { face };
  const [reasons = []] = unindexed;
  return { refused: reasons.flatMap((reason) => REASONS[reason] ?? [])[0] ?? 'no_face' };
}

/** There may be faces of answers that were lost. */
export const surplus = (job: ItemJob, memo: ItemMemo): boolean => job.again || memo.lost === true;

/** DetectFaces and the gates of the policy: what costs less than a face that is no good. */
async function precheck(
  { faces, archive }: Pick<ItemTools, 'faces' | 'archive'>,
  { policy }: ItemJob,
  image: StoredImage,
): Promise<ItemReason | undefined> {
  const size = await photoSize(archive, image);
  if (size === 'absent') return whyNotFound(archive, image);
  const archived = { ...image, ...size };
  const answer = await faces
    .detectFaces({ image: archived, archived: true })
    .catch(async (error: unknown) => ({ refused: await refusedFor(archive, image, error) }));
  if ('refused' in answer) return answer.refused;
  if ('fault' in answer) return answer.fault === 'not_found' ? whyNotFound(archive, image) : answer.fault;
  const [reason] = judgeQuality(answer.faces, policy.gates);
  if (reason === 'selfie_no_face') return 'no_face';
  if (reason === 'selfie_multiple_faces') return 'multiple_faces';
  return reason ? 'quality' : undefined;
}

/**
 * Rekognition says of a photo that is too small what it says of a request that is wrong.
 * @throws what was thrown, of any other one
 */
async function refusedFor(
  archive: ItemTools['archive'],
  image: StoredImage,
  error: unknown,
): Promise<ItemReason> {
  const failure = ofItem(error);
  const size = faultOfItem(failure) === 'refused' ? await photoSize(archive, image) : undefined;
  if (typeof size === 'object' && Math.min(size.width, size.height) < LEAST_PIXELS) return 'too_small';
  throw failure;
}

/** Rekognition has one name for an object that is gone and for one that it may not read. */
async function whyNotFound(
  archive: ItemTools['archive'],
  { bucket, region, key }: StoredImage,
): Promise<ItemReason> {
  const place = { bucket, ...(region ? { region } : {}) };
  const found = await archive.look(place, key);
  if (found === 'absent') return 'not_found';
  if (found === 'denied') throw unreadable();
  throw itemFault(
    'access_denied',
    'access_denied',
    'Rekognition cannot read objects of the source that the worker can read. Check the region of the bucket, and that the role ' +
      'of the worker may read them without conditions that Rekognition does not meet, then resume.',
  );
}
