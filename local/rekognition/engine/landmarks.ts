import type { Landmark } from '../shapes.js';
import type { Network } from './networks.js';
import { type Box, luma, mean, type Pixels, type Point } from './pixels.js';
import { sampleBox } from './sampling.js';

const SIDE = 64;

/** The 68 points of the iBUG 300-W scheme, in pixels. */
export async function findLandmarks(network: Network, image: Pixels, face: Box): Promise<Point[]> {
  const side = face.height;
  const x = face.x + face.width / 2 - side / 2;
  const y = face.y;
  const grey = luma(sampleBox(image, { x, y, width: side, height: side }, SIDE, SIDE), SIDE * SIDE);
  for (let i = 0; i < grey.length; i++) (grey[i] as number) /= 256;
  const { output } = await network(grey, [1, 1, SIDE, SIDE]);
  const points: Point[] = [];
  for (let i = 0; i < 68; i++) {
    points.push([x + (output?.[2 * i] as number) * side, y + (output?.[2 * i + 1] as number) * side]);
  }
  return points;
}

/** Eyes, nose and mouth corners: what a face is aligned by. */
export function fivePoints(points: readonly Point[]): Point[] {
  const at = picker(points);
  return [at(37, 38, 40, 41), at(43, 44, 46, 47), at(30), at(48, 60), at(54, 64)];
}

/** Rekognition's names, on the image's left and right, and the points (averaged) each is made of. */
const NAMED: Readonly<Record<string, readonly number[]>> = {
  eyeLeft: [37, 38, 40, 41],
  eyeRight: [43, 44, 46, 47],
  mouthLeft: [48],
  mouthRight: [54],
  nose: [30],
  leftEyeBrowLeft: [17],
  leftEyeBrowRight: [21],
  leftEyeBrowUp: [19],
  rightEyeBrowLeft: [22],
  rightEyeBrowRight: [26],
  rightEyeBrowUp: [24],
  leftEyeLeft: [36],
  leftEyeRight: [39],
  leftEyeUp: [37, 38],
  leftEyeDown: [40, 41],
  rightEyeLeft: [42],
  rightEyeRight: [45],
  rightEyeUp: [43, 44],
  rightEyeDown: [46, 47],
  noseLeft: [31],
  noseRight: [35],
  mouthUp: [51],
  mouthDown: [57],
  leftPupil: [37, 38, 40, 41],
  rightPupil: [43, 44, 46, 47],
  upperJawlineLeft: [0],
  midJawlineLeft: [4],
  chinBottom: [8],
  midJawlineRight: [12],
  upperJawlineRight: [16],
};

/** Rekognition's 30 landmarks as ratios of the image. */
export function namedLandmarks(
  points: readonly Point[],
  image: { width: number; height: number },
): Landmark[] {
  const at = picker(points);
  return Object.entries(NAMED).map(([Type, indices]) => {
    const [x, y] = at(...indices);
    return { Type, X: x / image.width, Y: y / image.height };
  });
}

function picker(points: readonly Point[]): (...indices: number[]) => Point {
  return (...indices) => mean(indices.map((index) => points[index] as Point));
}
