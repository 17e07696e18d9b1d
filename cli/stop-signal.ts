/**
 * Aborts when this process is asked to end: Ctrl-C, SIGTERM, or the process that started us is gone. Being asked a
 * second time ends it on the spot; what it started is ended by its guardian.
 */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const ask = () => {
    if (stop.signal.aborted) {
      console.log('Stopping at once.');
      process.exit(130);
    }
    stop.abort();
  };
  process.on('SIGINT', ask).on('SIGTERM', ask).once('disconnect', ask);
  // A terminal that was closed takes no more output, which is no reason to stop half-way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return stop.signal;
}

/** Resolves when `signal` aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
