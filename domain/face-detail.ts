/** What Rekognition's DetectFaces says of one face, in the units it uses (FaceDetail, API reference). */
export interface FaceDetail {
  /** 0–100: how sure Rekognition is that this is a face. */
  confidence: number;
  /** Pixels of the image as displayed. */
  width: number;
  height: number;
  /** Degrees. yaw > 0: nose towards the image's right; pitch > 0: looking up. */
  pose: { yaw: number; pitch: number; roll: number };
  /** 0–100 each. */
  quality: { brightness: number; sharpness: number };
  eyesOpen: Attribute;
  sunglasses: Attribute;
  occluded: Attribute;
}

/** A yes or no with Rekognition's confidence in it, 0–100. */
export interface Attribute {
  value: boolean;
  confidence: number;
}
