import { access } from 'node:fs/promises';
import { bundleWorkflowCode, NativeConnection, Runtime, type WorkflowBundleOption } from '@temporalio/worker';
import { createPorts } from '../activities/aws/create-ports.js';
import { fieldKeys } from '../activities/aws/field-keys.js';
import { pseudonymKey } from '../activities/aws/pseudonym-key.js';
import { awsSettings } from '../activities/aws/settings.js';
import { findStandIns } from '../activities/aws/stand-ins.js';
import { createBatch } from '../activities/batch.js';
import { createHousekeeping } from '../activities/housekeeping.js';
import { createActivities } from '../activities/index.js';
import { log } from '../telemetry/log.js';
import { type Role, temporalConfig } from '../temporal.config.js';
import { BUNDLE_PATH, bundleOptions } from './bundle-options.js';
import { createWorker } from './create-worker.js';
import { type Health, serveHealth } from './serve-health.js';
import { workerSettings } from './settings.js';
import { temporalLogger } from './temporal-logger.js';
import { createWorkflows } from './workflows-port.js';

const ROLES: readonly Role[] = ['all', 'identity', 'rekognition', 'index'];

/** The bundle that `npm run build` made, or one made now. */
async function workflowBundle(): Promise<WorkflowBundleOption> {
  if (import.meta.url.endsWith('.ts'))
    return bundleWorkflowCode({ ...bundleOptions, logger: temporalLogger });
  await access(BUNDLE_PATH);
  return { codePath: BUNDLE_PATH };
}

async function run(): Promise<void> {
  const role = (process.argv[2] ?? 'all') as Role;
  if (!ROLES.includes(role)) throw new Error(`Unknown role "${role}". One of: ${ROLES.join(', ')}.`);
  Runtime.install({ logger: temporalLogger });
  const config = temporalConfig();
  const { IDV_WORKER_HEALTH_PORT: healthPort } = workerSettings();
  await findStandIns(); // throws where they are not allowed, warns where they are
  const ports = createPorts(awsSettings(), fieldKeys(), pseudonymKey());
  let health: Health | undefined;
  const connection = await NativeConnection.connect(config.connection);
  try {
    const roles = role === 'all' ? Object.values(config.roles) : [config.roles[role]];
    const parts = {
      config,
      connection,
      activities: {
        ...createActivities(ports),
        ...createHousekeeping(ports, createWorkflows(connection, config.namespace)),
        ...createBatch(ports),
      },
      workflowBundle: await workflowBundle(),
    };
    const workers = await Promise.all(roles.map((each) => createWorker(each, parts)));
    if (healthPort !== undefined) health = await serveHealth(healthPort, workers);
    log.info({ role, taskQueues: roles.map((each) => each.taskQueue) }, 'worker ready');
    process.send?.({ ready: true });
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    health?.close();
    await connection.close();
    ports.destroy();
  }
}

run().catch((error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'The worker stopped.');
  process.exitCode = 1;
});
