import { createHash } from 'node:crypto';
import { remembered } from '../remembered.js';
import type { PageText, TextEngine } from './text-engine.js';

/**
 * An engine that remembers the text of the last `images` (128 by default), by the hash of the image: one flow asks for the
 * same text several times. Keeps texts in memory only, never the image.
 */
export function rememberingTextEngine(engine: TextEngine, images = 128): TextEngine {
  const found = remembered<PageText>(images);
  return {
    read: (image) => found(createHash('sha256').update(image).digest('hex'), () => engine.read(image)),
    close: () => engine.close(),
  };
}
