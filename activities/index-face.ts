import type { CheckResult } from '../domain/decision.js';
import type { IndexedFace } from '../domain/face-record.js';
import type { CallFact } from '../domain/facts.js';
import { hashesOf, type StoredImage } from '../domain/image-ref.js';
import type { QualityFilter } from '../domain/policy.js';
import type { FaceIndex } from './ports.js';

/** A photo's way into a collection; the same for a repeat and for the undo. */
export interface Indexing {
  collection: string;
  image: StoredImage;
  externalImageId: string;
  qualityFilter: QualityFilter;
}

/**
 * Indexes the face. A lost answer is settled by the same call again: Rekognition keeps one face per image, collection
 * and ExternalImageId (IndexFaces, API reference).
 * @returns the face, or a failed check with the reason why there is none
 */
export async function indexFace(
  faces: FaceIndex,
  { collection, image, externalImageId, qualityFilter }: Indexing,
): Promise<
  | { face: IndexedFace; facts?: readonly CallFact[]; result?: never }
  | { face?: never; facts?: never; result: CheckResult }
> {
  const { face, fault, requestId, fact } = await faces.indexFace({
    collection,
    image,
    externalImageId,
    qualityFilter,
  });
  const facts = [fact];
  if (face) return { face, facts };
  const evidence = { requestIds: [requestId], calls: 1, images: hashesOf(image) };
  const reason = fault === 'unreadable' ? 'selfie_unreadable' : 'selfie_low_quality';
  return { result: { check: 'quality', outcome: 'failed', reasons: [reason], evidence, facts } };
}
