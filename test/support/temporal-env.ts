import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { startDevServer } from '../../local/temporal/dev-server.js';
import { PROGRAM_CANDIDATES } from '../../local/temporal/dev-server-candidates.js';
import { addSearchAttributes } from '../../local/temporal/search-attributes.js';
import { findTimeSkippingServer } from '../../local/temporal/time-skipping-server.js';
import { requirement } from './requirement.js';
import { onTeardown } from './teardown.js';
import { clientOptions, searchAttributes } from './temporal-settings.js';

Runtime.install({ logger: new DefaultLogger('ERROR') });

const NAMESPACE = 'default';
const PREPARE = 'run `npm test` once, which fetches or builds it';
const search = { env: process.env, log: () => {} };

let dev: Promise<TestWorkflowEnvironment> | undefined;
let timeSkipping: Promise<TestWorkflowEnvironment> | undefined;

/**
 * The dev server that the whole run shares, started when first asked for: search attributes, real time, Updates as in
 * production. Skips the test of `context` where no Temporal CLI is found. Use a task queue of your own in every test.
 */
export async function devEnv(context: Mocha.Context): Promise<TestWorkflowEnvironment> {
  const program = await temporalProgram();
  requirement(context, 'a Temporal dev server', program ? undefined : PREPARE);
  dev ??= startDevEnv(program as string);
  return dev;
}

/**
 * The time-skipping server that the whole run shares, started when first asked for. Skips the test of `context` where
 * it is missing. Its time is global, so tests that use it run one after another; it does not skip while an update's
 * result is awaited, and never again after a workflow was terminated whose task no worker had taken.
 */
export async function timeSkippingEnv(context: Mocha.Context): Promise<TestWorkflowEnvironment> {
  const found = await findTimeSkippingServer(search, { instant: true });
  requirement(context, 'the time-skipping Temporal server', 'path' in found ? undefined : PREPARE);
  timeSkipping ??= startTimeSkippingEnv((found as { path: string }).path);
  return timeSkipping;
}

/** The Temporal CLI that is there already, or undefined. */
export async function temporalProgram(): Promise<string | undefined> {
  for (const { find, cost } of PROGRAM_CANDIDATES) {
    const found = cost === 'instant' ? await find(search) : undefined;
    if (found && 'kind' in found && found.kind === 'program') return found.path;
  }
  return undefined;
}

async function startDevEnv(program: string): Promise<TestWorkflowEnvironment> {
  const server = await startDevServer({
    program,
    port: 0,
    namespace: NAMESPACE,
    searchAttributes,
    log: console.log,
  });
  onTeardown(server.close);
  const env = await TestWorkflowEnvironment.createFromExistingServer({
    address: server.address,
    namespace: NAMESPACE,
    client: clientOptions,
  });
  onTeardown(() => env.teardown());
  return env;
}

async function startTimeSkippingEnv(path: string): Promise<TestWorkflowEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
    client: clientOptions,
  });
  onTeardown(() => env.teardown());
  await addSearchAttributes(env.connection, NAMESPACE, searchAttributes);
  return env;
}
