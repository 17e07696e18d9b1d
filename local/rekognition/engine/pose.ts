import type { Pose } from '../shapes.js';
import type { Point } from './pixels.js';

type Vector = readonly [number, number, number];

/** A generic face in millimetres, by landmark index: x to the image's right, y down, z away from the camera. */
const MODEL: readonly (readonly [index: number, at: Vector])[] = [
  [36, [-43, -32, 26]],
  [39, [-17, -31, 14]],
  [42, [17, -31, 14]],
  [45, [43, -32, 26]],
  [27, [0, -32, 4]],
  [30, [0, 5, -20]],
  [31, [-13, 14, 4]],
  [33, [0, 17, -4]],
  [35, [13, 14, 4]],
  [48, [-25, 39, 14]],
  [54, [25, 39, 14]],
  [8, [0, 76, 14]],
];
const CENTRE = centre(MODEL.map(([, at]) => at));
const CENTRED = MODEL.map(([, at]) => minus(at, CENTRE));
const INVERSE = invert(
  [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) => total(CENTRED.map((at) => coordinate(at, r) * coordinate(at, c)))),
  ),
);
/** Rekognition reads a level face about two degrees lower than this model does. */
const PITCH_OFFSET = -2;

/**
 * How the head is turned, in degrees with Rekognition's signs: the weak-perspective fit (scaled orthographic, least
 * squares) of a generic face to the landmarks. Reads at most about 57 degrees of yaw on profiles.
 */
export function poseOf(points: readonly Point[]): Pose {
  const seen = MODEL.map(([index]) => points[index] as Point);
  const rows = [0, 1].map((axis) => {
    const middle = total(seen.map((point) => point[axis] as number)) / seen.length;
    const moment = [0, 1, 2].map((c) =>
      total(seen.map((point, i) => ((point[axis] as number) - middle) * coordinate(CENTRED[i] as Vector, c))),
    );
    return unit(
      [0, 1, 2].map((c) => total(moment.map((value, r) => value * (INVERSE[r]?.[c] ?? 0)))) as never,
    );
  });
  const [first, second] = rows as [Vector, Vector];
  const skew = dot(first, second) / 2; // make the two rows orthogonal, moving both alike
  const right = unit(first.map((value, i) => value - skew * coordinate(second, i)) as never);
  const down = unit(second.map((value, i) => value - skew * coordinate(first, i)) as never);
  const away = right[0] * down[1] - right[1] * down[0];
  return {
    Roll: degrees(Math.atan2(-right[1], right[0])),
    Yaw: -degrees(Math.asin(Math.max(-1, Math.min(1, right[2])))),
    Pitch: -degrees(Math.atan2(-down[2], away)) + PITCH_OFFSET,
  };
}

function coordinate(vector: Vector, index: number): number {
  return vector[index] as number;
}

function centre(vectors: readonly Vector[]): Vector {
  return [0, 1, 2].map((c) => total(vectors.map((at) => coordinate(at, c))) / vectors.length) as never;
}

function minus(a: Vector, b: Vector): Vector {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function unit(vector: Vector): Vector {
  const length = Math.hypot(...vector);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function degrees(radians: number): number {
  return (radians * 180) / Math.PI;
}

/** Inverse of a symmetric 3 x 3 matrix, by cofactors. */
function invert(m: readonly (readonly number[])[]): number[][] {
  const at = (r: number, c: number): number => m[r % 3]?.[c % 3] as number;
  const cofactor = (r: number, c: number): number =>
    at(r + 1, c + 1) * at(r + 2, c + 2) - at(r + 1, c + 2) * at(r + 2, c + 1);
  const determinant = at(0, 0) * cofactor(0, 0) + at(0, 1) * cofactor(0, 1) + at(0, 2) * cofactor(0, 2);
  return [0, 1, 2].map((r) => [0, 1, 2].map((c) => cofactor(c, r) / determinant));
}
