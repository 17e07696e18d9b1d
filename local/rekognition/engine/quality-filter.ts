import type { FaceDetail, QualityFilter, Reason } from '../shapes.js';

/** A quality bar: what a face needs at least (or at most, of angles, in degrees either way). */
interface Bar {
  confidence: number;
  brightness: number;
  sharpness: number;
  yaw: number;
  pitch: number;
  /** Pixels of the face's shorter side, as if the image had 1920 x 1080 where it has more. */
  side: number;
  /** Length of the vector before it is made one; 3.0-4.5 for clean faces. */
  norm: number;
}

const NONE: Bar = { confidence: 0, brightness: 0, sharpness: 0, yaw: 180, pitch: 180, side: 0, norm: 0 };
const LOW: Bar = { confidence: 75, brightness: 5, sharpness: 1, yaw: 70, pitch: 65, side: 40, norm: 1.6 };
const MEDIUM: Bar = { confidence: 80, brightness: 10, sharpness: 3, yaw: 60, pitch: 55, side: 40, norm: 2 };
const HIGH: Bar = { confidence: 90, brightness: 15, sharpness: 6, yaw: 45, pitch: 45, side: 50, norm: 2.45 };

/**
 * The bars of QualityFilter. AWS names the levels and the reasons, not the numbers; these are ours, and HIGH stays below
 * the whitepaper's own gates for selfies. "AUTO: Amazon Rekognition chooses the quality bar": here it is MEDIUM.
 * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_IndexFaces.html)
 */
export const BARS: Readonly<Record<QualityFilter, Bar>> = { NONE, LOW, AUTO: MEDIUM, MEDIUM, HIGH };

/** Why `filter` holds a face back; empty when it does not. `side` as in the bar. */
export function missedQuality(detail: FaceDetail, side: number, filter: QualityFilter): Reason[] {
  const bar = BARS[filter];
  const reasons: Reason[] = [];
  if (detail.Confidence < bar.confidence) reasons.push('LOW_CONFIDENCE');
  if (Math.abs(detail.Pose.Yaw) > bar.yaw || Math.abs(detail.Pose.Pitch) > bar.pitch)
    reasons.push('EXTREME_POSE');
  if (detail.Quality.Brightness < bar.brightness) reasons.push('LOW_BRIGHTNESS');
  if (detail.Quality.Sharpness < bar.sharpness) reasons.push('LOW_SHARPNESS');
  if (side < bar.side) reasons.push('SMALL_BOUNDING_BOX');
  return reasons;
}

/** LOW_FACE_QUALITY, seen only by the network that makes the vector. */
export function missedNorm(norm: number, filter: QualityFilter): Reason[] {
  return norm < BARS[filter].norm ? ['LOW_FACE_QUALITY'] : [];
}
