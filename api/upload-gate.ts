import type { RequestHandler, Response } from 'express';
import { ImageRefused } from './images/image-refused.js';
import { createMemoryGate, GateBusy } from './images/memory-gate.js';

/** What bodies may hold at once, from their first byte to the end of the answer. */
const BODY_BYTES = 384 * 1024 * 1024;

/**
 * What photos from elsewhere may hold at once, beside the bodies that named them. A budget of its own: a request that holds
 * its body while it waits for more of the same would wait for requests that wait for it.
 */
const FETCHED_BYTES = 128 * 1024 * 1024;

const MAX_WAIT_MS = 20_000;

// Nothing of those who wait is read yet: only sockets wait.
const bodies = createMemoryGate({
  budgetBytes: BODY_BYTES,
  slots: 4_096,
  maxWaiting: 2_000,
  maxWaitMs: MAX_WAIT_MS,
});
const fetched = createMemoryGate({
  budgetBytes: FETCHED_BYTES,
  slots: 1_024,
  maxWaiting: 2_000,
  maxWaitMs: MAX_WAIT_MS,
});

/**
 * Lets a request in before its body is read, as long as memory for it is there.
 * @param limitBytes what a body without a length is taken for
 * @param copies how often the body exists at once: as bytes, as text, decoded
 * @throws ImageRefused `image_intake_busy` when its turn does not come
 */
export function uploadGate(limitBytes: number, copies: number): RequestHandler {
  return async (request, response, next) => {
    const declared = Number(request.headers['content-length'] ?? limitBytes);
    const cost = Math.min(Number.isFinite(declared) ? declared : limitBytes, limitBytes) * copies;
    await holdUntilAnswered(bodies, response, cost);
    next();
  };
}

/**
 * Waits until memory is there for photos that are read from a bucket.
 * @param bytes of all of them, with every copy that exists at once
 * @throws ImageRefused `image_intake_busy` when its turn does not come
 */
export async function roomForFetched(response: Response, bytes: number): Promise<void> {
  if (bytes > 0) await holdUntilAnswered(fetched, response, bytes);
}

/** Resolves once the memory is there; it is given back when the answer is out, or nobody is left to be answered. */
function holdUntilAnswered(
  gate: ReturnType<typeof createMemoryGate>,
  response: Response,
  cost: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const answered = () =>
      new Promise<void>((done) => {
        if (response.closed) done(); // hung up while waiting
        response.once('close', done);
        resolve();
      });
    gate.run(cost, answered).catch((error: unknown) => {
      reject(error instanceof GateBusy ? new ImageRefused('image_intake_busy') : error);
    });
  });
}
