import type { FaceDetail } from './face-detail.js';
import type { ReasonCode } from './reasons.js';

/** What a gate measures; the names are those of policy files. */
export type Measure =
  | 'yaw'
  | 'pitch'
  | 'sharpness'
  | 'brightness'
  | 'faceSize'
  | 'eyesOpen'
  | 'sunglasses'
  | 'occluded';

/** One rule a selfie must meet before anything is paid for. Bounds are inclusive; an absent bound is open. */
export interface Gate {
  measure: Measure;
  min?: number;
  max?: number;
}

/** A yes as how sure Rekognition is of it, 0–100: a confident "no" is near 0. */
const likelihood = ({ value, confidence }: { value: boolean; confidence: number }) =>
  value ? confidence : 100 - confidence;

/** Units: degrees, 0–100, pixels of the shorter side, and 0–100 likelihoods. */
export const measures: Record<
  Measure,
  { of: (face: FaceDetail) => number; below: ReasonCode; above: ReasonCode }
> = {
  yaw: { of: (face) => face.pose.yaw, below: 'selfie_pose', above: 'selfie_pose' },
  pitch: { of: (face) => face.pose.pitch, below: 'selfie_pose', above: 'selfie_pose' },
  sharpness: { of: (face) => face.quality.sharpness, below: 'selfie_blurry', above: 'selfie_low_quality' },
  brightness: { of: (face) => face.quality.brightness, below: 'selfie_too_dark', above: 'selfie_too_bright' },
  faceSize: {
    of: (face) => Math.min(face.width, face.height),
    below: 'selfie_face_too_small',
    above: 'selfie_low_quality',
  },
  eyesOpen: {
    of: (face) => likelihood(face.eyesOpen),
    below: 'selfie_eyes_closed',
    above: 'selfie_low_quality',
  },
  sunglasses: {
    of: (face) => likelihood(face.sunglasses),
    below: 'selfie_low_quality',
    above: 'selfie_sunglasses',
  },
  occluded: {
    of: (face) => likelihood(face.occluded),
    below: 'selfie_low_quality',
    above: 'selfie_occluded',
  },
};

/**
 * The whitepaper's recommended quality checks: "New user registration" step 1 (pose, sharpness, brightness, eyes,
 * sunglasses) and "Best practices - Faces APIs" (face size above 50×50 px, no occlusion).
 * "> 15" and "> 50" are written as the smallest value above that two decimals can show.
 */
export const recommendedGates: readonly Gate[] = [
  { measure: 'yaw', min: -45, max: 45 },
  { measure: 'pitch', min: -30, max: 45 },
  { measure: 'brightness', min: 15.01 }, // before the sharpness: what is dark looks blurred, and a steady hand is no help
  { measure: 'sharpness', min: 15.01 },
  { measure: 'faceSize', min: 50.01 },
  { measure: 'sunglasses', max: 49.99 }, // before the eyes they hide: the first reason is what the person is told first
  { measure: 'occluded', max: 49.99 },
  { measure: 'eyesOpen', min: 50.01 },
];

/** The reasons, without repetition and in gate order, why `face` does not pass; empty when it does. */
export function missedGates(face: FaceDetail, gates: readonly Gate[]): ReasonCode[] {
  const missed = gates.flatMap(({ measure, min = -Infinity, max = Infinity }) => {
    const { of, below, above } = measures[measure];
    const value = of(face);
    if (value >= min && value <= max) return [];
    return [value > max ? above : below]; // NaN, which Rekognition never sends, misses too
  });
  return [...new Set(missed)];
}

/** As `missedGates`, for everything DetectFaces found: exactly one face may be in a selfie. */
export function judgeQuality(faces: readonly FaceDetail[], gates: readonly Gate[]): ReasonCode[] {
  const [face, ...others] = faces;
  if (!face) return ['selfie_no_face'];
  if (others.length > 0) return ['selfie_multiple_faces'];
  return missedGates(face, gates);
}
