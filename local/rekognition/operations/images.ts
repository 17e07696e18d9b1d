import type { PageText } from '../../text/text-engine.js';
import { type Face, ImageProblem, type Wanted } from '../engine/face-engine.js';
import { refusals } from '../refusals.js';
import { ATTRIBUTES, type Attribute, type FaceDetail, type QualityFilter } from '../shapes.js';
import type { Context } from './context.js';
import type { ImageInput } from './shared-fields.js';

/** "5 MB" as bytes in the request (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html). */
export const MAX_INLINE_BYTES = 5 * 1024 * 1024;
/** "15 MB" as an object in S3. */
export const MAX_OBJECT_BYTES = 15 * 1024 * 1024;

/**
 * The bytes of an image. Throws InvalidParameterException when there are none, ImageTooLargeException beyond the limits,
 * InvalidS3ObjectException when the object cannot be read.
 */
export async function imageBytes(
  { readObject }: Context,
  { Bytes, S3Object }: ImageInput,
): Promise<Uint8Array> {
  if (Bytes !== undefined) {
    const bytes = Buffer.from(Bytes, 'base64');
    if (bytes.length === 0) throw refusals.invalidParameter();
    if (bytes.length > MAX_INLINE_BYTES) throw refusals.imageTooLarge();
    return bytes;
  }
  const { Bucket, Name, Version } = S3Object ?? {};
  if (Bucket === undefined || Name === undefined) throw refusals.invalidParameter();
  const version = Version === undefined ? {} : { version: Version };
  const bytes = await readObject({ bucket: Bucket, key: Name, ...version }).catch(() => {
    throw refusals.invalidS3Object();
  });
  if (bytes.length > MAX_OBJECT_BYTES) throw refusals.imageTooLarge();
  return bytes;
}

/** The faces of an image; what the engine refuses becomes the error that Rekognition answers. */
export async function facesOf({ engine }: Context, bytes: Uint8Array, wanted: Wanted): Promise<Face[]> {
  return engine.analyse(bytes, wanted).catch(refuse);
}

/** The text of an image; refused as for faces. */
export async function textOf({ text }: Context, bytes: Uint8Array): Promise<PageText> {
  return text.read(bytes).catch(refuse);
}

function refuse(error: unknown): never {
  if (!(error instanceof ImageProblem)) throw error;
  if (error.code === 'format') throw refusals.invalidImageFormat();
  throw error.code === 'too-large' ? refusals.imageTooLarge() : refusals.invalidParameter();
}

/** The vector of the largest face that passes the filter, and the face. Undefined where there is none. */
export async function largestFace(
  context: Context,
  bytes: Uint8Array,
  filter: QualityFilter,
): Promise<{ detail: FaceDetail; vector: Float32Array } | undefined> {
  const faces = await facesOf(context, bytes, { attributes: [], vectors: 1, filter });
  for (const { detail, vector } of faces) if (vector) return { detail, vector };
  return undefined;
}

/** The attributes that `requested` asks for: DEFAULT adds none, ALL means all. */
export function attributesWanted(
  requested: readonly (Attribute | 'DEFAULT' | 'ALL')[],
): readonly Attribute[] {
  if (requested.includes('ALL')) return ATTRIBUTES;
  return requested.filter((name): name is Attribute => name !== 'DEFAULT' && name !== 'ALL');
}

const FEW_LANDMARKS = ['eyeLeft', 'eyeRight', 'mouthLeft', 'mouthRight', 'nose'];

/** "If you request ALL, 30 landmarks are returned": eyes, mouth corners and nose otherwise. */
export function withLandmarks(detail: FaceDetail, requested: readonly string[]): FaceDetail {
  if (requested.includes('ALL')) return detail;
  return { ...detail, Landmarks: detail.Landmarks.filter(({ Type }) => FEW_LANDMARKS.includes(Type)) };
}
