import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { pauseBatch, rateBatch, resumeBatch } from '../../workflows/batch-messages.js';
import type { Child } from './child.js';
import type { BatchStack } from './stack.js';

/** Something that happens to a job, once so much of it is done. */
export interface Disturbance {
  /** Share of the items, 0-1. */
  at: number;
  name: string;
  strike(): Promise<void>;
}

/** How much is to happen. */
export interface Chaos {
  workerKills: number;
  temporalKills: number;
  /** So long Rekognition throttles every call. */
  throttledMs: number;
}

const by = 'chaos';

/** IndexFaces has its effect, and the connection is closed without an answer. */
const LOST = {
  service: 'rekognition',
  operation: 'IndexFaces',
  when: 'after',
  error: 'drop',
  probability: 0.05,
};

const THROTTLED = {
  service: 'rekognition',
  operation: '*',
  when: 'before',
  error: {
    name: 'ProvisionedThroughputExceededException',
    status: 400,
    message: 'Provisioned rate exceeded',
  },
};

/** @param workers by place; whoever is killed is replaced there */
export function disturbances(
  stack: BatchStack,
  handle: WorkflowHandle,
  workers: Child[],
  chaos: Chaos,
): { all: Disturbance[]; begin(): Promise<void>; end(): Promise<void> } {
  let killing = Promise.resolve();
  // One after the other, so that whoever is killed is there.
  const kill = () => {
    killing = killing.then(killOne);
    return killing;
  };
  const killOne = async () => {
    const at = Math.floor(Math.random() * workers.length);
    const worker = workers[at] as Child;
    await worker.kill();
    workers[at] = await stack.startWorker(worker.name);
  };
  const randomly = (count: number, name: string, strike: () => Promise<void>): Disturbance[] =>
    Array.from({ length: count }, () => ({ at: 0.03 + 0.92 * Math.random(), name, strike }));
  const all: Disturbance[] = [
    ...randomly(chaos.workerKills, 'SIGKILL of a worker', kill),
    ...Array.from({ length: chaos.temporalKills }, (_, n) => ({
      at: (n + 0.8) / (chaos.temporalKills + 0.5),
      name: 'SIGKILL of Temporal',
      strike: stack.replaceTemporal,
    })),
    {
      at: 0.1,
      name: 'another rate: 60 a second',
      strike: () =>
        told(() => handle.executeUpdate(rateBatch, { args: [{ by, rates: { IndexFaces: 60 } }] })),
    },
    {
      at: 0.15,
      name: 'another rate: none',
      strike: () => told(() => handle.executeUpdate(rateBatch, { args: [{ by, rates: {} }] })),
    },
    {
      at: 0.5,
      name: 'pause and resume',
      async strike() {
        await told(() => handle.executeUpdate(pauseBatch, { args: [{ by }] }));
        await delay(5_000);
        await told(() => handle.executeUpdate(resumeBatch, { args: [{ by }] }));
      },
    },
    {
      at: 0.7,
      name: `every call throttled for ${chaos.throttledMs / 1_000} s`,
      async strike() {
        await stack.control('DELETE', '/faults');
        await stack.control('POST', '/faults', THROTTLED);
        await delay(chaos.throttledMs);
        await stack.control('DELETE', '/faults');
        await stack.control('POST', '/faults', LOST);
      },
    },
  ];
  return {
    all: all.sort((a, b) => a.at - b.at),
    begin: () => stack.control('POST', '/faults', LOST),
    end: () => stack.control('DELETE', '/faults'),
  };
}

const PATIENCE_MS = 90_000;

/** Tells a job something while Temporal may be away. @throws what the last try threw */
async function told(tell: () => Promise<unknown>): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      await tell();
      return;
    } catch (error) {
      // A command whose answer was lost is not allowed a second time: it was done.
      if ((error as Error).name === 'WorkflowUpdateFailedError') return;
      if (Date.now() > until) throw error;
    }
    await delay(500);
  }
}
