import { Stream } from 'node:stream';
import type { Callback } from './dynalite.js';

/** Makes a callback of dynalite's safe to call: what it throws does not reach the caller. */
export type Guard = <T>(callback: Callback<T>) => Callback<T>;

/** Hands the outcome of a promise to a callback. */
export function settle<T>(promise: Promise<T>, callback: Callback<T>): void {
  promise.then(
    (value) => callback(null, value),
    (error: Error) => callback(error),
  );
}

const READ_AHEAD = 64;

/** An old-style stream, which is what dynalite's `lazy` wants, driven from here so that a throw of a listener is caught. */
export function stream<T>(
  iterator: { nextv(size: number): Promise<T[]>; close(): Promise<void> },
  guard: Guard,
  map: (value: T) => unknown,
): Stream {
  let ended = false;
  const out = Object.assign(new Stream(), {
    destroy() {
      ended = true;
    },
  });
  const pump = async () => {
    try {
      while (!ended) {
        const values = await iterator.nextv(READ_AHEAD);
        if (values.length === 0) break;
        for (const value of values) if (!ended) guard(() => out.emit('data', map(value)))(null);
      }
    } finally {
      await iterator.close();
    }
    guard(() => out.emit('end'))(null);
  };
  setImmediate(() =>
    settle(
      pump(),
      guard((error) => error && out.emit('error', error)),
    ),
  );
  return out;
}
