import type { Attribute, FaceDetail, Judged, Pose } from '../shapes.js';
import { type Covering, coveringOf, OCCLUDED } from './covering.js';
import { eyesOpen } from './eyes.js';
import { sigmoid } from './linear-classifier.js';
import type { Networks } from './networks.js';
import type { Pixels, Point } from './pixels.js';

/** What attributes are judged by. */
export interface Subject {
  image: Pixels;
  points: readonly Point[];
  five: readonly Point[];
  pose: Pose;
}

type Extra = Omit<FaceDetail, 'BoundingBox' | 'Confidence' | 'Landmarks' | 'Pose' | 'Quality'>;

const COVERING: readonly Attribute[] = ['SUNGLASSES', 'EYEGLASSES', 'FACE_OCCLUDED', 'EYES_OPEN'];

/**
 * The attributes asked for. Glasses, occlusion, eyes and mouth are judged; smile is a rough guess. Age, gender, beard,
 * mustache and emotions are of the right shape only, with the confidence of a coin: no shipped network is good at them
 * and the product asks none.
 */
export async function attributesOf(
  networks: Networks,
  subject: Subject,
  wanted: readonly Attribute[],
): Promise<Extra> {
  const { image, points, five, pose } = subject;
  const has = (...names: Attribute[]): boolean => names.some((name) => wanted.includes(name));
  const found: Extra = {};
  if (has(...COVERING)) {
    const covering = coveringOf(image, five);
    if (has('SUNGLASSES')) found.Sunglasses = judged(covering.sunglasses);
    if (has('EYEGLASSES')) found.Eyeglasses = judged(covering.eyeglasses + covering.sunglasses / 2);
    if (has('FACE_OCCLUDED')) found.FaceOccluded = judged(hidden(covering));
    if (has('EYES_OPEN')) {
      const open = covering.sunglasses > 0.5 ? 0.2 : await eyesOpen(await networks('eye'), image, points);
      found.EyesOpen = judged(open);
    }
  }
  const smile = smileOf(points);
  if (has('MOUTH_OPEN')) found.MouthOpen = judged(sigmoid((mouthGap(points) - 0.25) * 20));
  if (has('SMILE')) found.Smile = judged(smile);
  if (has('EMOTIONS')) found.Emotions = emotions(smile);
  if (has('EYE_DIRECTION')) found.EyeDirection = { Yaw: pose.Yaw, Pitch: pose.Pitch, Confidence: 50 };
  if (has('AGE_RANGE')) found.AgeRange = { Low: 18, High: 65 };
  if (has('GENDER')) found.Gender = { Value: 'Female', Confidence: 50 };
  if (has('BEARD')) found.Beard = judged(0.5 - Number.EPSILON);
  if (has('MUSTACHE')) found.Mustache = judged(0.5 - Number.EPSILON);
  return found;
}

function judged(probability: number): Judged {
  const p = Math.min(1, Math.max(0, probability));
  return { Value: p >= 0.5, Confidence: 100 * Math.max(p, 1 - p) };
}

/** The classifier's `OCCLUDED` is our even chance; dark glasses hide too. */
function hidden({ occluded, sunglasses }: Covering): number {
  return Math.max(occluded > OCCLUDED / 2 ? occluded - (OCCLUDED - 0.5) : occluded * 0.6, sunglasses);
}

/** Height of the inner lips by their width. */
function mouthGap(points: readonly Point[]): number {
  return distance(points, 62, 66) / (distance(points, 60, 64) + 1e-6);
}

/** A wide mouth with raised corners. */
function smileOf(points: readonly Point[]): number {
  const width = distance(points, 48, 54) / (distance(points, 36, 45) + 1e-6);
  const middle = ((points[51] as Point)[1] + (points[57] as Point)[1]) / 2;
  const corners = ((points[48] as Point)[1] + (points[54] as Point)[1]) / 2;
  const raised = (middle - corners) / (distance(points, 48, 54) + 1e-6);
  return sigmoid((width - 0.6) * 15 + (raised - 0.05) * 20);
}

function distance(points: readonly Point[], i: number, j: number): number {
  const a = points[i] as Point;
  const b = points[j] as Point;
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

function emotions(smile: number): { Type: string; Confidence: number }[] {
  const rest = (100 * (1 - smile)) / 8;
  const others = ['SURPRISED', 'CONFUSED', 'SAD', 'FEAR', 'ANGRY', 'DISGUSTED'];
  const all = [
    { Type: 'HAPPY', Confidence: 100 * smile },
    { Type: 'CALM', Confidence: rest * 2 },
    ...others.map((Type) => ({ Type, Confidence: rest })),
  ];
  return all.sort((a, b) => b.Confidence - a.Confidence);
}
