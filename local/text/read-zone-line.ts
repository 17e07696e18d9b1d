import sharp from 'sharp';
import type { Pixels } from '../rekognition/engine/pixels.js';
import type { Character, ReadLine } from './read-line.js';
import { part, type Quad } from './rotated-box.js';

// Of rendered zones, tilted and blurred, 12 of 25 lines were read exactly as other lines are read, and 21 so: from a
// tighter box, drawn out, smoothed. Letters far apart and thin strokes are not what the network was trained on.
const HEIGHT_SHARE = 0.75;
const STRETCH = 1.25;
const SMOOTHING = 1;

/** Characters in a line of TD1, TD2, TD3 (ICAO Doc 9303). */
const LENGTHS: ReadonlySet<number> = new Set([30, 36, 44]);

/** Reads a line of a machine-readable zone again, better. */
export type ReadZoneLine = (quad: Quad, first: Character[]) => Promise<Character[]>;

/** A reader of the zone lines of one image. The new reading counts, unless only the first is as long as a line must be. */
export function zoneLineReader(readLine: ReadLine, pixels: Pixels): ReadZoneLine {
  let smoothed: Promise<Pixels> | undefined;
  return async (quad, first) => {
    smoothed ??= smooth(pixels);
    const again = await readLine(await smoothed, tightened(quad), STRETCH);
    return LENGTHS.has(first.length) && !LENGTHS.has(again.length) ? first : again;
  };
}

async function smooth({ data, width, height }: Pixels): Promise<Pixels> {
  const image = sharp(data, { raw: { width, height, channels: 3 } }).blur(SMOOTHING);
  return { data: await image.raw().toBuffer(), width, height };
}

/** The middle of the box, seen from the side. */
function tightened([a, b, c, d]: Quad): Quad {
  const margin = (1 - HEIGHT_SHARE) / 2;
  const [ad, da, cb, bc] = part([a, d, c, b], margin, 1 - margin);
  return [ad, bc, cb, da];
}
