import type { ImageQuality } from '../shapes.js';
import { type Box, luma, type Pixels } from './pixels.js';
import { sampleBox } from './sampling.js';

const WIDTH = 96;
const HEIGHT = 128;

/**
 * Brightness and sharpness of a face, 0-100: mean luma, and variance of its Laplacian, on the face at 96 x 128. The
 * constants were set so that a photo with a published Rekognition answer reads the same (aws-samples,
 * rekognition-identity-verification); between 0 and 100 they are plausible, not measured.
 */
export function qualityOf(image: Pixels, face: Box): ImageQuality {
  const grey = luma(sampleBox(image, face, WIDTH, HEIGHT), WIDTH * HEIGHT);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) sum += grey[i] as number;
  const brightness = 100 * (sum / grey.length / 255) ** 0.571;
  const sharpness = 100 * (1 - Math.exp(-laplacianVariance(grey) / 101.5));
  return { Brightness: Math.min(100, brightness), Sharpness: Math.min(100, sharpness) };
}

function laplacianVariance(grey: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (let y = 1; y < HEIGHT - 1; y++) {
    for (let x = 1, i = y * WIDTH + 1; x < WIDTH - 1; x++, i++) {
      const around = (grey[i - 1] as number) + (grey[i + 1] as number) + (grey[i - WIDTH] as number);
      const value = 4 * (grey[i] as number) - around - (grey[i + WIDTH] as number);
      sum += value;
      squares += value * value;
    }
  }
  const count = (WIDTH - 2) * (HEIGHT - 2);
  return squares / count - (sum / count) ** 2;
}
