import type { FaceDetail } from '../../domain/face-detail.js';
import type { IndexedFace } from '../../domain/face-record.js';
import type { CallFact } from '../../domain/facts.js';
import type { StoredImage } from '../../domain/image-ref.js';
import type { QualityFilter } from '../../domain/policy.js';

/** A face found in a collection. */
export interface Hit {
  faceId: string;
  /** Undefined for a face somebody else put there. */
  externalImageId: string | undefined;
  /** 0–100. */
  similarity: number;
}

/** What one collection answered to a search. */
export interface SearchAnswer {
  /** Undefined when Rekognition found no face good enough to search for. */
  hits: Hit[] | undefined;
  /** Undefined where the answer did not name it (no face in the photo). */
  faceModelVersion: string | undefined;
  requestId: string;
  fact: CallFact;
}

/** Why Rekognition would not use a photo: a fact about the photo, so a result and no failure. */
export type PhotoFault = 'no_face' | 'unreadable';

/** What every answer about a photo tells beside what was asked. */
export interface Told {
  requestId: string;
  /** What is kept of the call (docs/decisions/facts.md). */
  fact: CallFact;
}

/**
 * The face service: Amazon Rekognition or its twin. Expected refusals are results.
 * Every method throws ApplicationFailure of `workflows/failures.ts`: `Throttled` and `DependencyUnavailable`
 * (retryable), `OperatorMustAct` (not).
 */
export interface FaceIndex {
  /** @param request.archived the photo is somebody else's: that it is gone, or too large, is a result too */
  detectFaces(request: {
    image: StoredImage;
    archived?: true;
  }): Promise<({ faces: FaceDetail[] } | { fault: 'unreadable' | 'not_found' | 'too_large' }) & Told>;
  /** Similarity (0–100) of the source's largest face and the most similar face of the target; `similarities`: and each. */
  compareFaces(request: {
    source: StoredImage;
    target: StoredImage;
    qualityFilter: QualityFilter;
  }): Promise<({ similarity: number; similarities: number[] } | { fault: PhotoFault }) & Told>;
  searchByImage(request: {
    collection: string;
    image: StoredImage;
    maxFaces: number;
    threshold: number;
    qualityFilter: QualityFilter;
  }): Promise<SearchAnswer>;
  /** Indexes the largest face. `face` is absent when the quality filter left it out, or there was none. */
  indexFace(request: {
    collection: string;
    image: StoredImage;
    externalImageId: string;
    qualityFilter: QualityFilter;
  }): Promise<{ face?: IndexedFace; fault?: PhotoFault } & Told>;
  /**
   * Indexes up to two faces of a photo from an archive: of more than one nothing may stay. What Rekognition says of a photo it
   * cannot use is a result.
   */
  indexPhoto(request: {
    collection: string;
    image: StoredImage;
    externalImageId: string;
    qualityFilter: QualityFilter;
  }): Promise<
    {
      faces: IndexedFace[];
      /** Reasons of each face that was found and left out (UnindexedFace, API reference), e.g. `LOW_SHARPNESS`. */
      unindexed: readonly (readonly string[])[];
      fault?: PhotoFault | 'not_found' | 'too_large';
    } & Told
  >;
  /** Faces like one that is in the collection; without itself. Undefined hits: it is not there. */
  searchByFace(request: {
    collection: string;
    faceId: string;
    maxFaces: number;
    threshold: number;
  }): Promise<SearchAnswer>;
  /** Removes faces; one that is not there is no error. @returns how many were there */
  deleteFaces(request: { collection: string; faceIds: string[] }): Promise<number>;
}
