import './no-telemetry.js'; // before any thread loads ONNX Runtime
import 'sharp'; // its native library must be loaded here before a thread loads it
import { workerPool } from '../worker-pool.js';
import type { Face, FaceEngine, Wanted } from './face-engine.js';
import { ImageProblem } from './face-engine.js';
import { readWeights } from './weights.js';

/**
 * The real face engine, in worker threads. Throws an Error that names the fix when the weights are missing or wrong.
 * `workers`: threads at most, 2 by default; each needs about 100 MB and its own core to be of use.
 */
export function onnxEngine({ workers = 2 }: { workers?: number } = {}): FaceEngine {
  for (const name of ['detect', 'landmark', 'feature', 'eye', 'liveness'] as const) readWeights(name);
  const pool = workerPool<{ image: Uint8Array; wanted: Wanted }, Face[]>({
    entry: './engine/analyse-worker',
    size: workers,
  });
  return {
    async analyse(image, wanted) {
      try {
        return await pool.run({ image, wanted });
      } catch (error) {
        const { name, code, message } = error as ImageProblem;
        throw name === 'ImageProblem' ? new ImageProblem(code, message) : error;
      }
    },
    close: () => pool.close(),
  };
}
