import { mkdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type DevelopmentSecrets, developmentSecrets } from '../local/development-secrets.js';
import type { Ports } from '../local/ports.js';
import { type Log, withProgress } from '../local/progress.js';
import { type Stack, startStack } from '../local/stack.js';
import { announceInstallation, forgetInstallation } from './installation.js';
import { projectRoot } from './project-root.js';
import { startServices } from './services.js';
import { claimState } from './state-claim.js';
import { aborted } from './stop-signal.js';

/** Where the product is brought up, and who may stop it. */
export interface BringUpOptions {
  stateDir: string;
  ports: Ports;
  log: Log;
  signal: AbortSignal;
}

/** The product while it runs on this machine. */
export interface Product {
  stack: Stack;
  keys: DevelopmentSecrets['keys'];
  /** Ends all of it, in order. */
  close: () => Promise<void>;
}

/**
 * Brings up Temporal, the twin, the workers, the codec endpoint and the API, and waits until they are ready. Throws,
 * having ended what was started, when something does not start or `signal` aborts; the message says what to do.
 */
export async function bringUp({ stateDir, ports, log, signal }: BringUpOptions): Promise<Product> {
  const closers: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const step of closers.splice(0).reverse()) await step();
  };
  try {
    mkdirSync(stateDir, { recursive: true });
    closers.push(await claimState(stateDir, ports, log));
    forgetInstallation(stateDir);
    const secrets = developmentSecrets(stateDir);

    const stack = await startStack({ stateDir, ports, env: process.env, log, signal });
    closers.push(stack.close);
    signal.throwIfAborted();

    const env = { ...environmentForServices(stack, ports), ...secrets.environment };
    const services = await startServices({ root: projectRoot(), stateDir, env, log, signal });
    closers.push(services.close);
    await withProgress(
      log,
      'Waiting for the workers and the API',
      15,
      () =>
        Promise.race([
          Promise.all([services.ready, ready(`http://127.0.0.1:${ports.api}/readyz`, signal)]),
          services.failed,
          aborted(signal),
        ]),
      signal,
    );
    signal.throwIfAborted();
    const api = { IDV_API_URL: `http://127.0.0.1:${ports.api}`, IDV_API_KEY: secrets.keys.test };
    const takeBack = announceInstallation(stateDir, { ...env, ...api });
    closers.push(async () => takeBack());
    return { stack, keys: secrets.keys, close };
  } catch (error) {
    await close();
    throw error;
  }
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
