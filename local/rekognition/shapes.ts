/** Shapes as they go over the wire (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Types.html). */

/** Where a face is, as ratios of the image's width and height. May reach beyond the image. */
export interface BoundingBox {
  Width: number;
  Height: number;
  Left: number;
  Top: number;
}

/** A point of the face, as ratios of the image's width and height. */
export interface Landmark {
  Type: string;
  X: number;
  Y: number;
}

/** A yes or no, with how sure it is: 50-100. */
export interface Judged {
  Value: boolean;
  Confidence: number;
}

/** Degrees. Yaw > 0: nose towards the image's right; pitch > 0: looking up; roll > 0: head turned clockwise. */
export interface Pose {
  Roll: number;
  Yaw: number;
  Pitch: number;
}

/** 0-100 each. */
export interface ImageQuality {
  Brightness: number;
  Sharpness: number;
}

/** What is always told of a face, and the attributes that were asked for. */
export interface FaceDetail {
  BoundingBox: BoundingBox;
  /** That it is a face at all, 0-100. */
  Confidence: number;
  Landmarks: Landmark[];
  Pose: Pose;
  Quality: ImageQuality;
  AgeRange?: { Low: number; High: number };
  Beard?: Judged;
  Emotions?: { Type: string; Confidence: number }[];
  Eyeglasses?: Judged;
  EyeDirection?: { Yaw: number; Pitch: number; Confidence: number };
  EyesOpen?: Judged;
  FaceOccluded?: Judged;
  Gender?: { Value: 'Male' | 'Female'; Confidence: number };
  MouthOpen?: Judged;
  Mustache?: Judged;
  Smile?: Judged;
  Sunglasses?: Judged;
}

/** Names of single attributes, as in `Attributes` and `DetectionAttributes`. */
export const ATTRIBUTES = [
  'AGE_RANGE',
  'BEARD',
  'EMOTIONS',
  'EYE_DIRECTION',
  'EYEGLASSES',
  'EYES_OPEN',
  'FACE_OCCLUDED',
  'GENDER',
  'MOUTH_OPEN',
  'MUSTACHE',
  'SMILE',
  'SUNGLASSES',
] as const;
export type Attribute = (typeof ATTRIBUTES)[number];

export const QUALITY_FILTERS = ['NONE', 'AUTO', 'LOW', 'MEDIUM', 'HIGH'] as const;
export type QualityFilter = (typeof QUALITY_FILTERS)[number];

/** Challenges of Face Liveness; only the second goes without flashing lights. */
export const CHALLENGE_TYPES = ['FaceMovementAndLightChallenge', 'FaceMovementChallenge'] as const;
export type ChallengeType = (typeof CHALLENGE_TYPES)[number];

/** An image of a Face Liveness capture: the bytes as base64, or where they are. */
export interface AuditImage {
  BoundingBox: BoundingBox;
  Bytes?: string;
  S3Object?: { Bucket: string; Name: string; Version?: string };
}

/** Why IndexFaces left a face out. */
export type Reason =
  | 'EXCEEDS_MAX_FACES'
  | 'EXTREME_POSE'
  | 'LOW_BRIGHTNESS'
  | 'LOW_SHARPNESS'
  | 'LOW_CONFIDENCE'
  | 'SMALL_BOUNDING_BOX'
  | 'LOW_FACE_QUALITY';
