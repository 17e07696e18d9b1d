import { createHash } from 'node:crypto';
import type { ImageRef } from '../../../domain/image-ref.js';
import { type FaceEngine, ImageProblem } from '../../../local/rekognition/engine/face-engine.js';
import { cosineOf, DIMENSIONS, dot, normalised } from '../../../local/rekognition/similarity.js';

/** What the engine of these tests sees in an image; the image's bytes are this, as JSON. */
export interface Picture {
  faces: { of: string; similarity: number; held?: boolean; pose?: { Yaw: number } }[];
  /** Makes two pictures of the same content two images. */
  serial: number;
}

let serial = 0;

/** A photo of `person`; two of one person are as alike as the product of their two similarities' cosines says. */
export function picture(person: string, { similarity = 100, ...rest } = {} as PictureOptions): Uint8Array {
  return pictureOf([{ of: person, similarity, ...rest }]);
}

type PictureOptions = Partial<Omit<Picture['faces'][number], 'of'>>;

export function pictureOf(faces: Picture['faces']): Uint8Array {
  return Buffer.from(JSON.stringify({ faces, serial: ++serial } satisfies Picture));
}

export const unreadable: Uint8Array = Buffer.from('not a picture');

export function refOf(bytes: Uint8Array, bucket: string, key = `photos/${++serial}`): ImageRef {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { bucket, key, sha256, width: 1_000, height: 800 };
}

/**
 * Sees in an image what its bytes say: a face `similarity` alike the person's own vector. A face that is `held` back is
 * one that every quality filter but NONE leaves out.
 */
export const scriptedEngine: FaceEngine = {
  async analyse(image, { vectors, filter }) {
    const { faces } = read(image);
    let left = vectors;
    return faces.map((face, at) => {
      const reasons = face.held && filter !== 'NONE' ? (['LOW_SHARPNESS'] as const) : [];
      const wanted = reasons.length === 0 && left-- > 0;
      return {
        detail: detail(face.pose?.Yaw ?? 0),
        reasons: [...reasons],
        ...(wanted ? { vector: vectorOf(face, `${at}:${Buffer.from(image).toString()}`) } : {}),
      };
    });
  },
  close: async () => undefined,
};

function read(image: Uint8Array): Picture {
  try {
    return JSON.parse(Buffer.from(image).toString());
  } catch {
    throw new ImageProblem('format', 'not JSON');
  }
}

function vectorOf({ of, similarity }: Picture['faces'][number], image: string): Float32Array {
  const own = noise(of);
  if (similarity >= 100) return own;
  const other = noise(image);
  const along = dot(own, other);
  const aside = normalised(other.map((value, i) => value - along * (own[i] ?? 0))).unit;
  const cosine = cosineOf(similarity);
  const sine = Math.sqrt(1 - cosine ** 2);
  return own.map((value, i) => cosine * value + sine * (aside[i] ?? 0));
}

/** A direction for each text; two of them are close to a right angle apart. */
function noise(text: string): Float32Array {
  const bytes = Array.from({ length: DIMENSIONS / 32 }, (_, part) =>
    createHash('sha256').update(`${part}:${text}`).digest(),
  );
  return normalised(Float32Array.from(Buffer.concat(bytes), (byte) => byte - 127.5)).unit;
}

function detail(yaw: number) {
  const no = { Value: false, Confidence: 99 };
  return {
    BoundingBox: { Width: 0.4, Height: 0.5, Left: 0.3, Top: 0.25 },
    Confidence: 99.5,
    Landmarks: [],
    Pose: { Roll: 1, Yaw: yaw, Pitch: -3 },
    Quality: { Brightness: 80, Sharpness: 90.123 },
    EyesOpen: { Value: true, Confidence: 98 },
    Sunglasses: no,
    FaceOccluded: no,
  };
}
