import { createHash } from 'node:crypto';
import { DIMENSIONS, normalised } from '../similarity.js';
import type { FaceEngine } from './face-engine.js';
import { ImageProblem } from './face-engine.js';

/**
 * An engine for throughput benchmarks: every image, of whatever bytes, has one perfect face in its middle, with a vector
 * drawn from the hash of the bytes. Equal bytes match at 100, others do not match. It is live at 99, or at 1 where the
 * bytes contain the text `spoof`; the frames of a capture must be equal, or they show different people. Takes microseconds.
 */
export function constantTimeEngine(): FaceEngine {
  return {
    async analyse(image, { vectors, live }) {
      if (image.length === 0) throw new ImageProblem('format', 'empty');
      return [
        {
          detail: structuredClone(PERFECT),
          reasons: [],
          ...(vectors > 0 ? { vector: vectorOf(image) } : {}),
          ...(live ? { live: Buffer.from(image).includes('spoof') ? 1 : 99 } : {}),
        },
      ];
    },
    close: async () => undefined,
  };
}

const yes = { Value: true, Confidence: 99.9 };
const no = { Value: false, Confidence: 99.9 };

const PERFECT = {
  BoundingBox: { Width: 0.4, Height: 0.5, Left: 0.3, Top: 0.25 },
  Confidence: 99.9,
  Landmarks: [
    { Type: 'eyeLeft', X: 0.42, Y: 0.42 },
    { Type: 'eyeRight', X: 0.58, Y: 0.42 },
    { Type: 'mouthLeft', X: 0.44, Y: 0.6 },
    { Type: 'mouthRight', X: 0.56, Y: 0.6 },
    { Type: 'nose', X: 0.5, Y: 0.5 },
  ],
  Pose: { Roll: 0, Yaw: 0, Pitch: 0 },
  Quality: { Brightness: 80, Sharpness: 90 },
  EyesOpen: yes,
  Sunglasses: no,
  Eyeglasses: no,
  FaceOccluded: no,
  MouthOpen: no,
  Smile: no,
};

/** Xorshift noise seeded by SHA-256: independent enough that two images have a cosine near 0. */
function vectorOf(image: Uint8Array): Float32Array {
  const seed = createHash('sha256').update(image).digest();
  let state = seed.readUInt32LE(0) | 1;
  const noise = Float32Array.from({ length: DIMENSIONS }, (_, i) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state / 2 ** 31 + (seed[i % 32] as number) / 256 - 0.5;
  });
  return normalised(noise).unit;
}
