import sharp from 'sharp';
import type { Face } from '../engine/face-engine.js';
import type { Context } from '../operations/context.js';
import { facesOf } from '../operations/images.js';
import { cosineOf, dot } from '../similarity.js';
import type { CaptureImage, LivenessSession, Outcome } from './session.js';
import type { KeepImage } from './store.js';

/** From here on two frames show one person (similarity, 0-100). */
const SAME_PERSON = 80;

/** A frame and the only face in it. */
interface Seen {
  frame: Uint8Array;
  face: Face;
}

/**
 * What the frames of a capture come to. Each must show exactly one face, and all the same person's: a capture where they do
 * not has failed, without a confidence. Otherwise the confidence is the median of the frames', so that one frame in which
 * the head turned away, or a reflection crossed it, does not decide. Throws the error that Rekognition has for a frame that
 * is no image.
 */
export async function judge(
  context: Context,
  frames: readonly Uint8Array[],
  session: LivenessSession,
  keep: KeepImage,
): Promise<Outcome> {
  const seen: Seen[] = [];
  const wanted = { attributes: [], vectors: 1, filter: 'NONE', live: true } as const;
  const found = await Promise.all(frames.map((frame) => facesOf(context, frame, wanted)));
  found.forEach(([face, ...others], i) => {
    if (face && others.length === 0) seen.push({ frame: frames[i] as Uint8Array, face });
  });
  if (seen.length < frames.length || !onePerson(seen)) return { audit: [] };
  const store = (name: string, of: Seen): Promise<CaptureImage> => stored(context, session, keep, name, of);
  const audit: CaptureImage[] = [];
  for (const [i, frame] of spread(seen, session.auditImagesLimit).entries())
    audit.push(await store(`audit-${i}.jpg`, frame));
  return {
    confidence: median(seen.map(({ face }) => face.live ?? 0)),
    reference: await store('reference.jpg', best(seen)),
    audit,
  };
}

function onePerson(seen: readonly Seen[]): boolean {
  const [first, ...others] = seen.map(({ face }) => face.vector);
  const least = cosineOf(SAME_PERSON);
  return first !== undefined && others.every((other) => other !== undefined && dot(first, other) >= least);
}

/** The middle value; of an even number the lower of the two. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1] as number;
}

/** The frame to recognise the person by: sharp, and looking into the camera. */
function best(seen: readonly Seen[]): Seen {
  const worth = ({ face: { detail } }: Seen): number =>
    detail.Quality.Sharpness - Math.abs(detail.Pose.Yaw) - Math.abs(detail.Pose.Pitch);
  return seen.reduce((a, b) => (worth(b) > worth(a) ? b : a));
}

/** At most `count` of the frames, over the whole capture. */
function spread(seen: readonly Seen[], count: number): Seen[] {
  if (seen.length <= count) return [...seen];
  return Array.from({ length: count }, (_, i) => seen[Math.floor((i * seen.length) / count)] as Seen);
}

/** Where AWS would put it: the bucket of the session, or the answer (the twin's own file until then). */
async function stored(
  { writeObject }: Context,
  { id, output, kmsKeyId }: LivenessSession,
  keep: KeepImage,
  name: string,
  { frame, face }: Seen,
): Promise<CaptureImage> {
  const bytes = isPng(frame) ? await sharp(frame).jpeg({ quality: 95 }).toBuffer() : frame;
  const { BoundingBox: boundingBox } = face.detail;
  if (!output) return { boundingBox, file: await keep(name, bytes) };
  const { bucket, prefix } = output;
  const key = [prefix.replace(/\/$/, ''), id, name].filter((part) => part !== '').join('/');
  const { version } = await writeObject({ bucket, key, bytes, ...(kmsKeyId !== undefined && { kmsKeyId }) });
  return { boundingBox, s3: { bucket, key, ...(version !== undefined && { version }) } };
}

function isPng(bytes: Uint8Array): boolean {
  return bytes[0] === 0x89 && bytes[1] === 0x50;
}
