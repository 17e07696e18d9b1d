import { Client } from '@temporalio/client';
import type { Duration } from '@temporalio/common';
import { ensureSearchAttributes } from '../../local/temporal/search-attributes.js';
import { eventually } from './eventually.js';
import { type SessionRunner, type SessionServer, startSessionRunner } from './session-runner.js';
import { onTeardown } from './teardown.js';
import { devEnv, timeSkippingEnv } from './temporal-env.js';
import { clientOptions, searchAttributes } from './temporal-settings.js';

/** The task queues are those of production, so the fakes live in a namespace that no other test works in. */
const NAMESPACE = 'sessions-with-fakes';

let skipping: Promise<SessionRunner> | undefined;
let onDevServer: Promise<SessionRunner> | undefined;

/** Sessions with fake activities on the time-skipping server; skips the test of `context` where there is none. */
export async function timeSkippingSessions(context: Mocha.Context): Promise<SessionRunner> {
  const env = await timeSkippingEnv(context);
  const { client, nativeConnection: connection } = env;
  const sleep = (duration: Duration) => env.sleep(duration);
  skipping ??= kept(startSessionRunner({ client, connection, namespace: 'default', sleep }));
  return skipping;
}

/** Sessions with fake activities on the dev server; skips the test of `context` where there is none. */
export async function devSessions(context: Mocha.Context): Promise<SessionRunner> {
  await devEnv(context); // skips here, not while it is kept
  onDevServer ??= kept(devServer(context, NAMESPACE).then(startSessionRunner));
  return onDevServer;
}

/**
 * A namespace of the dev server that no workers are in yet: for tests that stop and start them. Skips the test of `context`
 * where there is none.
 */
export async function devServer(context: Mocha.Context, namespace: string): Promise<SessionServer> {
  const env = await devEnv(context);
  const { connection } = env;
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
  });
  await eventually('the namespace can be used', () =>
    ensureSearchAttributes(connection, namespace, searchAttributes).then(
      () => true,
      () => false,
    ),
  );
  const client = new Client({ connection, namespace, ...clientOptions });
  const sleep = (duration: Duration) => env.sleep(duration);
  return { client, connection: env.nativeConnection, namespace, sleep };
}

function kept(starting: Promise<SessionRunner>): Promise<SessionRunner> {
  onTeardown(async () => (await starting).stop());
  return starting;
}
