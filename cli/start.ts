import { join, relative } from 'node:path';
import { readPorts } from '../local/ports.js';
import type { Log } from '../local/progress.js';
import { bringUp, type Product } from './bring-up.js';
import { projectRoot, stateDirectory } from './project-root.js';
import { aborted, stopSignal } from './stop-signal.js';
import { welcome } from './welcome.js';

/**
 * Starts the product on this machine and returns when it was asked to stop and everything has ended. State is kept in
 * `.idv/` (or `IDV_STATE_DIR`) and found again by the next start. Throws, having ended what was started, when
 * something does not start; the message says what to do.
 */
export async function start(): Promise<void> {
  const stateDir = stateDirectory(process.env);
  const log: Log = (line) => console.log(line);
  const signal = stopSignal();
  signal.addEventListener('abort', () => log('\nStopping. Press Ctrl-C again to stop at once.'));
  let product: Product | undefined;
  try {
    const ports = readPorts(process.env);
    product = await bringUp({ stateDir, ports, log, signal });
    const { stack, keys } = product;
    log(welcome({ root: projectRoot(), ports, stack, keys, logs: shortest(join(stateDir, 'logs')) }));
    await aborted(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await product?.close();
    if (signal.aborted) log('Stopped. The next start goes on from here.');
  }
}

/** `path` as it is shortest from here. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
