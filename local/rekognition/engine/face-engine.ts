import type { Attribute, FaceDetail, QualityFilter, Reason } from '../shapes.js';

/** What is to be found out about an image; nothing else is computed. */
export interface Wanted {
  attributes: readonly Attribute[];
  /** Vectors of this many faces at most, the largest of those that pass the filter. */
  vectors: number;
  filter: QualityFilter;
  /** Whether each face was before the camera, or a picture of it. */
  live?: boolean;
}

/** One face of an image. */
export interface Face {
  detail: FaceDetail;
  /** Why the filter holds it back; empty when it does not. */
  reasons: Reason[];
  /** Length one; only for as many faces as were wanted. */
  vector?: Float32Array;
  /** How sure it is that the face itself was before the camera, 0-100; only where it was wanted. */
  live?: number;
}

/** Does the face work. */
export interface FaceEngine {
  /** Faces of a JPEG or PNG, largest first, at most 100. Throws ImageProblem for what is not such an image. */
  analyse(image: Uint8Array, wanted: Wanted): Promise<Face[]>;
  close(): Promise<void>;
}

/** Why an image cannot be used. */
export type ImageProblemCode = 'format' | 'too-small' | 'too-large';

/** An image that the engine refuses. */
export class ImageProblem extends Error {
  override readonly name = 'ImageProblem';
  constructor(
    readonly code: ImageProblemCode,
    message: string,
  ) {
    super(message);
  }
}
