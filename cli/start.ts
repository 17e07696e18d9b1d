import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { developmentSecrets } from '../local/development-secrets.js';
import { type Ports, readPorts } from '../local/ports.js';
import { type Log, withProgress } from '../local/progress.js';
import { type Stack, startStack } from '../local/stack.js';
import { projectRoot, stateDirectory } from './project-root.js';
import { startServices } from './services.js';
import { claimState } from './state-claim.js';
import { aborted, stopSignal } from './stop-signal.js';
import { welcome } from './welcome.js';

/**
 * Starts the product on this machine and returns when it was asked to stop and everything has ended. State is kept in
 * `.idv/` (or `IDV_STATE_DIR`) and found again by the next start. Throws, having ended what was started, when
 * something does not start; the message says what to do.
 */
export async function start(): Promise<void> {
  const root = projectRoot();
  const stateDir = stateDirectory(process.env);
  const log: Log = (line) => console.log(line);
  const signal = stopSignal();
  const closers: (() => Promise<void>)[] = [];
  try {
    const ports = readPorts(process.env);
    mkdirSync(stateDir, { recursive: true });
    closers.push(await claimState(stateDir, ports, log));
    const secrets = developmentSecrets(stateDir);

    const stack = await startStack({ stateDir, ports, env: process.env, log, signal });
    closers.push(stack.close);
    signal.throwIfAborted();

    const env = { ...environmentForServices(stack, ports), ...secrets.environment };
    const services = await startServices({ root, stateDir, env, log, signal });
    closers.push(services.close);
    await withProgress(log, 'Waiting for the workers and the API', 15, () =>
      Promise.race([
        Promise.all([services.ready, ready(`http://127.0.0.1:${ports.api}/readyz`, signal)]),
        services.failed,
        aborted(signal),
      ]),
    );
    signal.throwIfAborted();
    log(
      welcome({
        root,
        ports,
        stack,
        keys: secrets.keys,
        logs: shortest(join(stateDir, 'logs')),
      }),
    );
    await aborted(signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    if (signal.aborted) log('\nStopping. Press Ctrl-C again to stop at once.');
    for (const close of closers.reverse()) await close();
    if (signal.aborted) log('Stopped. The next start goes on from here.');
  }
}

/** `path` as it is shortest from here. */
function shortest(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

/** What the processes of the service find in their environment, beside their secrets. */
function environmentForServices(stack: Stack, ports: Ports): NodeJS.ProcessEnv {
  // A profile would win over the twin's credentials, and a session token of a real account would spoil them.
  const { AWS_PROFILE, AWS_SESSION_TOKEN, ...inherited } = process.env;
  return {
    ...inherited,
    ...stack.environment,
    IDV_API_PORT: `${ports.api}`,
    IDV_CODEC_PORT: `${ports.codec}`,
    ...(stack.temporal.uiUrl ? { IDV_CODEC_UI_ORIGIN: stack.temporal.uiUrl } : {}),
    IDV_SHUTDOWN_GRACE_MS: process.env.IDV_SHUTDOWN_GRACE_MS ?? '5000', // nobody waits 30 s after a Ctrl-C
  };
}

const READY_WITHIN_MS = 120_000;

/** Asks `url` until it answers 200. Throws after two minutes or when `signal` aborts. */
async function ready(url: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    signal.throwIfAborted();
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > deadline) {
      const answer = response ? `answers ${response.status}: ${await response.text()}` : 'does not answer';
      throw new Error(`${url} ${answer} after ${READY_WITHIN_MS / 1000} s. The logs may tell why.`);
    }
    await delay(200);
  }
}
