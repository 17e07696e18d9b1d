import type { Outline, RatioPoint } from './text-engine.js';

/** Where text is, as Rekognition and Textract tell it: ratios of width and height, within the image. */
export interface Geometry {
  BoundingBox: { Width: number; Height: number; Left: number; Top: number };
  Polygon: RatioPoint[];
}

/** An upright box round the outline, and the outline itself, cut at the edges of the image. */
export function geometryOf(outline: Outline): Geometry {
  const Polygon = outline.map(({ X, Y }) => ({ X: inside(X), Y: inside(Y) }));
  const xs = Polygon.map(({ X }) => X);
  const ys = Polygon.map(({ Y }) => Y);
  const [Left, Top] = [Math.min(...xs), Math.min(...ys)];
  return {
    BoundingBox: { Width: Math.max(...xs) - Left, Height: Math.max(...ys) - Top, Left, Top },
    Polygon,
  };
}

const inside = (ratio: number): number => Math.min(1, Math.max(0, ratio));
