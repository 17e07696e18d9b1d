import { createHash } from 'node:crypto';
import type { Face, FaceEngine } from './face-engine.js';

/**
 * An engine that remembers what it found in the last `photos` analyses, by the hash of the photo: one flow asks for the
 * same photo several times, and its faces do not change. Keeps findings in memory only, never the photo.
 */
export function rememberingEngine(engine: FaceEngine, photos: number): FaceEngine {
  const found = new Map<string, Promise<Face[]>>();
  return {
    analyse(image, wanted) {
      const key = `${createHash('sha256').update(image).digest('hex')} ${JSON.stringify(wanted)}`;
      const known = found.get(key);
      found.delete(key); // put back below, as the last one used
      const faces = known ?? engine.analyse(image, wanted);
      found.set(key, faces);
      const [oldest] = found.keys();
      if (found.size > photos && oldest !== undefined) found.delete(oldest);
      if (!known) faces.catch(() => found.delete(key));
      return faces;
    },
    close: () => engine.close(),
  };
}
