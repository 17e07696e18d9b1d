import type { Point } from '../rekognition/engine/pixels.js';

/** A box that need not stand upright, in pixels. */
export interface RotatedBox {
  centre: Point;
  /** Along the direction of reading. */
  width: number;
  height: number;
  /** Direction of reading, of length one; never to the left. */
  along: Point;
}

/** Corners in the order of reading: upper left, upper right, lower right, lower left. */
export type Quad = readonly [Point, Point, Point, Point];

/** The smallest box round the points. One of its sides lies on an edge of their hull. */
export function smallestBox(points: readonly Point[]): RotatedBox {
  const hull = convexHull(points);
  let best: RotatedBox | undefined;
  for (const [i, [x, y]] of hull.entries()) {
    const [nextX, nextY] = hull[(i + 1) % hull.length] as Point;
    const length = Math.hypot(nextX - x, nextY - y);
    if (length === 0) continue;
    const box = boxAlong(hull, [(nextX - x) / length, (nextY - y) / length]);
    if (!best || box.width * box.height < best.width * best.height) best = box;
  }
  return turnedToRead(best ?? boxAlong(points, [1, 0]));
}

/** The corners of a box. */
export function cornersOf({ centre: [x, y], along: [ux, uy], width, height }: RotatedBox): Quad {
  const corner = (right: number, down: number): Point => [
    x + (right * width * ux - down * height * uy) / 2,
    y + (right * width * uy + down * height * ux) / 2,
  ];
  return [corner(-1, -1), corner(1, -1), corner(1, 1), corner(-1, 1)];
}

/** What lies from `from` to `to` along the upper and lower side, 0-1. */
export function part([a, b, c, d]: Quad, from: number, to: number): Quad {
  const along = (start: Point, end: Point, share: number): Point => [
    start[0] + (end[0] - start[0]) * share,
    start[1] + (end[1] - start[1]) * share,
  ];
  return [along(a, b, from), along(a, b, to), along(d, c, to), along(d, c, from)];
}

function boxAlong(points: readonly Point[], along: Point): RotatedBox {
  const [ux, uy] = along;
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const [x, y] of points) {
    const u = x * ux + y * uy;
    const v = y * ux - x * uy;
    if (u < left) left = u;
    if (u > right) right = u;
    if (v < top) top = v;
    if (v > bottom) bottom = v;
  }
  const u = (left + right) / 2;
  const v = (top + bottom) / 2;
  return { centre: [u * ux - v * uy, u * uy + v * ux], width: right - left, height: bottom - top, along };
}

/** Text runs rather to the right than down, and not to the left. */
function turnedToRead(box: RotatedBox): RotatedBox {
  let { along, width, height } = box;
  if (Math.abs(along[0]) < Math.abs(along[1])) {
    along = [along[1], -along[0]];
    [width, height] = [height, width];
  }
  if (along[0] < 0) along = [-along[0], -along[1]];
  return { centre: box.centre, along, width, height };
}

/** Andrew's monotone chain. */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (order: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of order) {
      while (chain.length > 1 && turn(chain.at(-2) as Point, chain.at(-1) as Point, point) <= 0) chain.pop();
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.reverse())];
}

function turn(o: Point, a: Point, b: Point): number {
  return (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);
}
