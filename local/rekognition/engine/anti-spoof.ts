import { softmax } from './linear-classifier.js';
import type { Network } from './networks.js';
import type { Box, Pixels } from './pixels.js';
import { sampleBox } from './sampling.js';
import { addPower, strongestPeak, WINDOW } from './spectrum.js';

const SIDE = 128;
/** What the network sees: a square this many times as high as the face, as far as the image has it (MiniFASNet). */
const CROP = 2.7;
/** The network's sureness is not taken for more than this, either way. */
const SUREST = 0.997;
/** From here on a peak counts, and how much: so that what photos of people reach (1.4) does little. */
const PEAK_FROM = 1.2;
const PEAK_WEIGHT = 15;
/** Lifts the network's 0.2 to a confidence of 80: ln 16. */
const LIFT = Math.log(16);

/**
 * How sure it is that a face was before the camera and not its picture, 0-100. Two signals: a network that judges the
 * look of face and surroundings, and regular patterns, as the dots of a print and the pixels of a display leave, also
 * where they beat with the camera's own (moiré). That there is no pattern proves nothing; that there is one takes away
 * from what the network says. No protection: for development only. Measured in test/local/rekognition/anti-spoof.test.ts.
 */
export async function liveConfidence(network: Network, image: Pixels, face: Box): Promise<number> {
  const live = Math.min(SUREST, Math.max(1 - SUREST, await looksLive(network, image, face)));
  const pattern = Math.max(0, patternOf(image, face) - PEAK_FROM);
  const odds = Math.log(live / (1 - live)) + LIFT - PEAK_WEIGHT * pattern;
  return 100 / (1 + Math.exp(-odds));
}

/** 0-1, by the network. Blue comes first, and bytes are taken as they are. */
async function looksLive(network: Network, image: Pixels, face: Box): Promise<number> {
  const side = Math.min(image.height - 1, image.width - 1, face.height * CROP);
  const x = within(face.x + (face.width - side) / 2, image.width - 1 - side);
  const y = within(face.y + (face.height - side) / 2, image.height - 1 - side);
  const rgb = sampleBox(image, { x, y, width: side, height: side }, SIDE, SIDE);
  const plane = SIDE * SIDE;
  const input = new Float32Array(3 * plane);
  for (let i = 0, p = 0; i < plane; i++, p += 3) {
    input[i] = rgb[p + 2] as number;
    input[plane + i] = rgb[p + 1] as number;
    input[2 * plane + i] = rgb[p] as number;
  }
  const { output } = await network(input, [1, 3, SIDE, SIDE]);
  return softmax(output as Float32Array)[0] as number;
}

/** Luma and the two differences of colour (ITU-R BT.601): moiré of a display is coloured, dots of a print need not be. */
const CHANNELS = [
  [0.299, 0.587, 0.114],
  [-0.169, -0.331, 0.5],
  [0.5, -0.419, -0.081],
] as const;

/**
 * The strongest regular pattern on and around the face, in the pixels as they came (0 where the image is smaller than a
 * window): spectra of overlapping windows are added up, so that chance evens out and a pattern stays.
 */
function patternOf(image: Pixels, face: Box): number {
  if (image.width < WINDOW || image.height < WINDOW) return 0;
  const corners = windows(image, face);
  const values = new Float64Array(WINDOW ** 2);
  let strongest = 0;
  for (const channel of CHANNELS) {
    const power = new Float64Array(WINDOW ** 2);
    for (const [x, y] of corners) {
      read(image, x, y, channel, values);
      addPower(values, power);
    }
    strongest = Math.max(strongest, strongestPeak(power, { upright: channel === CHANNELS[0] }));
  }
  return strongest;
}

/** Upper left corners of three times three windows over the face; fewer where the edge pushes them together. */
function windows(image: Pixels, face: Box): [x: number, y: number][] {
  const step = Math.max(WINDOW / 2, face.height / 3);
  const found = new Map<string, [number, number]>();
  for (const down of [-1, 0, 1]) {
    for (const right of [-1, 0, 1]) {
      const x = face.x + face.width / 2 + right * step - WINDOW / 2;
      const y = face.y + face.height / 2 + down * step - WINDOW / 2;
      const corner: [number, number] = [
        Math.round(within(x, image.width - WINDOW)),
        Math.round(within(y, image.height - WINDOW)),
      ];
      found.set(corner.join(), corner);
    }
  }
  return [...found.values()];
}

function read(
  { data, width }: Pixels,
  x: number,
  y: number,
  [r, g, b]: readonly [number, number, number],
  into: Float64Array,
): void {
  for (let row = 0, i = 0; row < WINDOW; row++) {
    for (let column = 0, p = ((y + row) * width + x) * 3; column < WINDOW; column++, i++, p += 3)
      into[i] = r * (data[p] as number) + g * (data[p + 1] as number) + b * (data[p + 2] as number);
  }
}

function within(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
