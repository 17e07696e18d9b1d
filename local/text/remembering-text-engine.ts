import { createHash } from 'node:crypto';
import { remembered } from '../remembered.js';
import type { PageText, TextEngine } from './text-engine.js';

/** An engine that remembers the text of the last `images`, by the hash of the image. In memory only, never the image. */
export function rememberingTextEngine(engine: TextEngine, images: number): TextEngine {
  const found = remembered<PageText>(images);
  return {
    read: (image) => found(createHash('sha256').update(image).digest('hex'), () => engine.read(image)),
    close: () => engine.close(),
  };
}
