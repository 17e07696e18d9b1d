import { decode } from '../rekognition/engine/decode.js';
import { type Network, openNetwork } from '../rekognition/engine/networks.js';
import type { Pixels } from '../rekognition/engine/pixels.js';
import { findLines } from './find-lines.js';
import { readOcrFile } from './ocr-weights.js';
import { type Character, lineReader, type ReadLine } from './read-line.js';
import { zoneLineReader } from './read-zone-line.js';
import { part, type Quad } from './rotated-box.js';
import { distance } from './straighten.js';
import type { Line, Outline, PageText } from './text-engine.js';
import { confidenceOf, isOfZone, wordsOf } from './words.js';

/** Less sure lines are patterns and pictures taken for text. 0-100. */
const MIN_CONFIDENCE = 50;
/** A line read with less is tried the other way round too. 0-100. */
const DOUBTFUL = 70;
/** Boxes so many times as high as wide hold text that runs up or down. */
const UPRIGHT_RATIO = 1.5;

/** Reads the text of images in this thread. */
export type ReadPage = (image: Uint8Array) => Promise<PageText>;

/** The engine's work on one image, see TextEngine. Networks are loaded when first needed. */
export function createReadPage(): ReadPage {
  let loading: Promise<{ detect: Network; readLine: ReadLine }> | undefined;
  return async (bytes) => {
    const { pixels, original } = await decode(bytes);
    loading ??= load();
    const { detect, readLine } = await loading;
    const readZoneLine = zoneLineReader(readLine, pixels);
    const lines: Line[] = [];
    for (const quad of await findLines(detect, pixels)) {
      const read = await readBestWay(readLine, pixels, quad);
      if (isOfZone(read.characters)) read.characters = await readZoneLine(read.quad, read.characters);
      if (read.confidence >= MIN_CONFIDENCE) lines.push(lineOf(read, pixels));
    }
    return { ...original, lines: lines.filter(({ text }) => text !== '') };
  };
}

async function load(): Promise<{ detect: Network; readLine: ReadLine }> {
  const detect = await openNetwork(readOcrFile('detect'));
  return { detect, readLine: lineReader(await openNetwork(readOcrFile('recognise'))) };
}

interface Reading {
  quad: Quad;
  characters: Character[];
  confidence: number;
}

/** Reads along the box, or up and down a high one; upside down where that makes no sense. */
async function readBestWay(readLine: ReadLine, pixels: Pixels, quad: Quad): Promise<Reading> {
  const upright = distance(quad[0], quad[3]) > UPRIGHT_RATIO * distance(quad[0], quad[1]);
  let best = await readTurned(readLine, pixels, quad, upright ? 1 : 0);
  if (best.confidence < DOUBTFUL || upright) {
    const other = await readTurned(readLine, pixels, quad, upright ? 3 : 2);
    if (other.confidence > best.confidence) best = other;
  }
  return best;
}

/** Reads with the corner `turns` for the upper left one. */
async function readTurned(readLine: ReadLine, pixels: Pixels, quad: Quad, turns: number): Promise<Reading> {
  const turned = [...quad.slice(turns), ...quad.slice(0, turns)] as unknown as Quad;
  const characters = await readLine(pixels, turned);
  return { quad: turned, characters, confidence: confidenceOf(characters) };
}

function lineOf({ quad, characters, confidence }: Reading, pixels: Pixels): Line {
  const words = wordsOf(characters).map(({ text, confidence, from, to }) => {
    return { text, confidence, outline: outlineOf(part(quad, from, to), pixels) };
  });
  const text = words.map((word) => word.text).join(' ');
  return { text, confidence, outline: outlineOf(quad, pixels), words };
}

function outlineOf(quad: Quad, { width, height }: Pixels): Outline {
  return quad.map(([x, y]) => ({ X: x / width, Y: y / height })) as unknown as Outline;
}
