import { liveConfidence } from './anti-spoof.js';
import { attributesOf } from './attributes.js';
import { type Decoded, decode } from './decode.js';
import { type Detection, detect } from './detector.js';
import { embed } from './embedding.js';
import type { Face, Wanted } from './face-engine.js';
import { findLandmarks, fivePoints, namedLandmarks } from './landmarks.js';
import { createNetworks, type Networks } from './networks.js';
import type { Pixels } from './pixels.js';
import { poseOf } from './pose.js';
import { qualityOf } from './quality.js';
import { missedNorm, missedQuality } from './quality-filter.js';

/** "DetectFaces detects the 100 largest faces in the image"; the other operations look at no more either. */
const MAX_FACES = 100;
/** Pixels a side in an image of up to 1920 x 1080 (https://docs.aws.amazon.com/rekognition/latest/dg/limits.html). */
const MIN_FACE = 40;

/** Analyses images in this thread. */
export type Analyse = (image: Uint8Array, wanted: Wanted) => Promise<Face[]>;

/** The engine's work on one image, see FaceEngine. Networks are loaded when first needed. */
export function createAnalyse(networks: Networks = createNetworks()): Analyse {
  return async (image, wanted) => {
    const decoded = await decode(image);
    const { pixels } = decoded;
    const detections = (await detect(await networks('detect'), pixels))
      .filter((detection) => sideOf(detection, decoded) >= MIN_FACE)
      .sort((a, b) => visibleArea(b, pixels) - visibleArea(a, pixels))
      .slice(0, MAX_FACES);
    const faces: Face[] = [];
    let vectorsLeft = wanted.vectors;
    for (const detection of detections) {
      const face = await analyseFace(networks, decoded, detection, wanted, vectorsLeft > 0);
      if (wanted.live)
        face.live = await liveConfidence(await networks('liveness'), decoded.pixels, detection);
      if (face.vector) vectorsLeft -= 1;
      faces.push(face);
    }
    return faces;
  };
}

async function analyseFace(
  networks: Networks,
  decoded: Decoded,
  detection: Detection,
  { attributes, filter }: Wanted,
  withVector: boolean,
): Promise<Face> {
  const image = decoded.pixels;
  const points = await findLandmarks(await networks('landmark'), image, detection);
  const five = fivePoints(points);
  const pose = poseOf(points);
  const detail = {
    BoundingBox: {
      Width: detection.width / image.width,
      Height: detection.height / image.height,
      Left: detection.x / image.width,
      Top: detection.y / image.height,
    },
    Confidence: Math.min(100, detection.score * 100),
    Landmarks: namedLandmarks(points, image),
    Pose: pose,
    Quality: qualityOf(image, detection),
    ...(await attributesOf(networks, { image, points, five, pose }, attributes)),
  };
  const reasons = missedQuality(detail, sideOf(detection, decoded), filter);
  if (!withVector || reasons.length > 0) return { detail, reasons };
  const { vector, norm } = await embed(await networks('feature'), image, five);
  const missed = missedNorm(norm, filter);
  return missed.length > 0 ? { detail, reasons: missed } : { detail, reasons, vector };
}

/** Side of the square as large as the face, in pixels of the original, scaled down where that is beyond 1920 x 1080. */
function sideOf({ width, height }: Detection, { pixels, original }: Decoded): number {
  const long = Math.max(original.width, original.height);
  const short = Math.min(original.width, original.height);
  const beyond = Math.max(1, Math.min(long / 1920, short / 1080));
  return (Math.sqrt(width * height) * (original.width / pixels.width)) / beyond;
}

/** What of the face lies within the image: a head cut off by the edge is not the largest face. */
function visibleArea({ x, y, width, height }: Detection, image: Pixels): number {
  const right = Math.min(image.width, x + width);
  const bottom = Math.min(image.height, y + height);
  return Math.max(0, right - Math.max(0, x)) * Math.max(0, bottom - Math.max(0, y));
}
