import { randomUUID } from 'node:crypto';
import { activityInfo } from '@temporalio/activity';
import type { Client, WorkflowHandle, WorkflowStartOptions } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import type { NativeConnection } from '@temporalio/worker';
import type { Activities } from '../../activities/index.js';
import type { Flow } from '../../domain/policy.js';
import type { SessionState } from '../../domain/session.js';
import type { TemporalConfig } from '../../temporal.config.js';
import { temporalConfig } from '../../temporal.config.js';
import { createWorker } from '../../workers/create-worker.js';
import { sessionWorkflowId } from '../../workflows/ids.js';
import { type SessionInput, stateQuery } from '../../workflows/messages.js';
import { searchAttributes } from '../../workflows/search-attributes.js';
import { IDENTITY_QUEUE } from '../../workflows/task-queues.js';
import { routedBatch } from './batch-world.js';
import { testDataConverter, testKey } from './data-converter.js';
import { eventually } from './eventually.js';
import { type FakeWorld, fakeWorld, type Overrides } from './fake-activities.js';
import { routedHousekeeping } from './housekeeping-world.js';
import { sessionInput } from './session-fixtures.js';
import { workflowBundle } from './workflow-bundle.js';

export type { Flow };

/** How a session of a test begins; whatever is left out is the happy way. */
export interface Beginning {
  input?: Partial<SessionInput>;
  overrides?: Overrides;
  sessionId?: string;
  workflowTaskTimeout?: `${number}s`;
}

/** A session that a test began, with the world its activities act on. */
export interface TestSession {
  input: SessionInput;
  handle: WorkflowHandle<(input: SessionInput) => Promise<SessionState>>;
  world: FakeWorld;
  /** Names of the activities that were called, in order. */
  called(): string[];
  /** What an activity was asked, once a try. */
  requests<K extends keyof Activities>(name: K): Parameters<Activities[K]>[0][];
  state(): Promise<SessionState>;
  /** Waits until the row of the session says that it rests with this status, and returns it. */
  rests(status: SessionState['status']): Promise<SessionState>;
}

/** Begins sessions on a server whose workers answer with fakes: for every session those of its own. */
export interface SessionRunner {
  client: Client;
  begin(flow: Flow, beginning?: Beginning): Promise<TestSession>;
  /** As `begin`, but the workflow is left to the caller to start, with these options. */
  prepare(flow: Flow, beginning?: Beginning): TestSession & { options: WorkflowStartOptions };
  /** Lets time pass, where the server can skip it. */
  pass(duration: Duration): Promise<unknown>;
  stop(): Promise<void>;
}

/** A server that a test environment gave, or a namespace of it. */
export interface SessionServer {
  client: Client;
  connection: NativeConnection;
  namespace: string;
  sleep(duration: Duration): Promise<unknown>;
}

/** Starts workers like those of production, on the queues of production: one runner to a namespace at a time. */
export async function startSessionRunner(server: SessionServer): Promise<SessionRunner> {
  const { client, connection, namespace } = server;
  const worlds = new Map<string, FakeWorld>();
  const config: TemporalConfig = {
    ...temporalConfig({
      IDV_ENCRYPTION_KEYS: `${testKey.id}:${Buffer.from(testKey.key).toString('base64')}`,
    }),
    namespace,
    dataConverter: testDataConverter,
  };
  const parts = {
    config,
    connection,
    activities: { ...routed(worlds), ...routedHousekeeping(), ...routedBatch() },
    workflowBundle: await workflowBundle(),
  };
  const workers = await Promise.all(Object.values(config.roles).map((role) => createWorker(role, parts)));
  const running = Promise.all(workers.map((worker) => worker.run()));

  const prepare: SessionRunner['prepare'] = (flow, beginning = {}) => {
    const { overrides, workflowTaskTimeout, sessionId = `vs_${randomUUID()}` } = beginning;
    const input = { ...sessionInput(sessionId), ...beginning.input };
    const workflowId = sessionWorkflowId(input.tenant, input.sessionId);
    const world = fakeWorld(overrides);
    worlds.set(workflowId, world);
    const handle = client.workflow.getHandle<(input: SessionInput) => Promise<SessionState>>(workflowId);
    return {
      ...{ input, handle, world },
      called: () => world.calls.map(({ name }) => name),
      requests: (name) =>
        world.calls.filter((call) => call.name === name).map(({ request }) => request as never),
      state: () => handle.query(stateQuery),
      async rests(status) {
        await eventually(`the session is ${status}`, () => world.saved.at(-1)?.status === status);
        return world.saved.at(-1) as SessionState;
      },
      options: {
        workflowId,
        taskQueue: IDENTITY_QUEUE,
        args: [input],
        staticSummary: flow,
        ...(workflowTaskTimeout ? { workflowTaskTimeout } : {}),
        typedSearchAttributes: [
          { key: searchAttributes.flow, value: flow },
          { key: searchAttributes.status, value: 'processing' },
        ],
      },
    };
  };
  return {
    client,
    prepare,
    async begin(flow, beginning) {
      const session = prepare(flow, beginning);
      await client.workflow.start(flow, session.options);
      return session;
    },
    pass: (duration) => server.sleep(duration),
    async stop() {
      for (const worker of workers) worker.shutdown();
      await running;
    },
  };
}

/** Every activity, answered by the world of the workflow that asks. */
function routed(worlds: ReadonlyMap<string, FakeWorld>): Activities {
  const names = Object.keys(fakeWorld().activities) as (keyof Activities)[];
  const answer = (name: keyof Activities) => (request: never) => {
    const { workflowExecution } = activityInfo();
    const world = worlds.get(workflowExecution?.workflowId ?? '');
    if (!world) throw new Error('A session of another test.');
    return world.activities[name](request);
  };
  return Object.fromEntries(names.map((name) => [name, answer(name)])) as unknown as Activities;
}
