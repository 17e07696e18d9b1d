import { createHash } from 'node:crypto';
import { remembered } from '../../remembered.js';
import type { Face, FaceEngine } from './face-engine.js';

/**
 * An engine that remembers what it found in the last `photos` analyses, by the hash of the photo: one flow asks for the
 * same photo several times, and its faces do not change. Keeps findings in memory only, never the photo.
 */
export function rememberingEngine(engine: FaceEngine, photos: number): FaceEngine {
  const found = remembered<Face[]>(photos);
  return {
    analyse(image, wanted) {
      const key = `${createHash('sha256').update(image).digest('hex')} ${JSON.stringify(wanted)}`;
      return found(key, () => engine.analyse(image, wanted));
    },
    close: () => engine.close(),
  };
}
