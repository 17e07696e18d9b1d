import type { RequestHandler } from 'express';
import { ImageRefused } from './images/image-refused.js';
import { createMemoryGate, GateBusy } from './images/memory-gate.js';

/** What uploads may hold at once, from the first byte of the body to the end of the answer. */
const BUDGET_BYTES = 512 * 1024 * 1024;

const gate = createMemoryGate({
  budgetBytes: BUDGET_BYTES,
  slots: 4_096,
  maxWaiting: 2_000, // nothing of theirs is read yet: only sockets wait
  maxWaitMs: 20_000,
});

/**
 * Lets a request in before its body is read, as long as memory for it is there.
 * @param limitBytes what a body without a length is taken for
 * @param copies how often the body exists at once: as bytes, as text, decoded
 * @throws ImageRefused `image_intake_busy` when its turn does not come
 */
export function uploadGate(limitBytes: number, copies: number): RequestHandler {
  return (request, response, next) => {
    const declared = Number(request.headers['content-length'] ?? limitBytes);
    const cost = Math.min(Number.isFinite(declared) ? declared : limitBytes, limitBytes) * copies;
    const answered = () =>
      new Promise<void>((resolve) => {
        response.once('close', resolve);
        next();
      });
    gate.run(cost, answered).catch((error: unknown) => {
      next(error instanceof GateBusy ? new ImageRefused('image_intake_busy') : error);
    });
  };
}
