import '../rekognition/engine/no-telemetry.js'; // before any thread loads ONNX Runtime
import 'sharp'; // its native library must be loaded here before a thread loads it
import { ImageProblem } from '../rekognition/engine/face-engine.js';
import { workerPool } from '../rekognition/worker-pool.js';
import type { PageText, TextEngine } from './text-engine.js';

/**
 * The real text engine: PP-OCRv4 in worker threads of its own, started and loaded with the first text that is asked for.
 * `workers`: threads at most, 1 by default; each needs about 400 MB. Calls reject with an Error that names the fix when the
 * models are missing or wrong.
 */
export function ocrEngine({ workers = 1 }: { workers?: number } = {}): TextEngine {
  const pool = workerPool<Uint8Array, PageText>({ entry: '../text/read-worker', size: workers });
  return {
    async read(image) {
      try {
        return await pool.run(image);
      } catch (error) {
        const { name, code, message } = error as ImageProblem;
        throw name === 'ImageProblem' ? new ImageProblem(code, message) : error;
      }
    },
    close: () => pool.close(),
  };
}
