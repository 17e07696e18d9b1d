import { makeTelemetryFilterString, NativeConnection, Runtime } from '@temporalio/worker';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { pseudonymKey } from '../../activities/aws/pseudonym-key.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { createBatch } from '../../activities/batch.js';
import { createHousekeeping } from '../../activities/housekeeping.js';
import { createActivities } from '../../activities/index.js';
import { temporalConfig } from '../../temporal.config.js';
import { createWorker } from '../../workers/create-worker.js';
import { temporalLogger } from '../../workers/temporal-logger.js';
import { createWorkflows } from '../../workers/workflows-port.js';
import { answerParent } from './answer-parent.js';
import { createNaive } from './naive.js';
import { NAIVE_PHOTOS, NAIVE_WORKFLOWS } from './naive-queues.js';

/**
 * A worker of a bench: as `workers/main.ts`, with a bundle that was made once, and further roles for what the bench compares
 * with. `worker.ts <role> <bundle> [activities a second]`.
 */
const [role = '', codePath = '', perSecond] = process.argv.slice(2);
const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
Runtime.install({ logger: temporalLogger, telemetryOptions: { logging: { filter } } });
const config = temporalConfig();
const connection = await NativeConnection.connect(config.connection);
const ports = createPorts(awsSettings(), fieldKeys(), pseudonymKey());
const roles: Record<string, (typeof config.roles)['index']> = {
  ...config.roles,
  'naive-workflows': { taskQueue: NAIVE_WORKFLOWS, workflows: true, activities: 10 },
  'naive-photos': {
    taskQueue: NAIVE_PHOTOS,
    workflows: false,
    activities: 100,
    ...(perSecond ? { activitiesPerSecond: Number(perSecond) } : {}),
  },
};
const found = roles[role];
if (!found) throw new Error(`Unknown role "${role}".`);
const worker = await createWorker(found, {
  config,
  connection,
  activities: {
    ...createActivities(ports),
    ...createHousekeeping(ports, createWorkflows(connection, config.namespace)),
    ...createBatch(ports),
    ...createNaive(ports),
  },
  workflowBundle: { codePath },
});
answerParent();
process.once('disconnect', () => process.exit());
process.send?.({ ready: true });
await worker.run();
await connection.close();
ports.destroy();
process.exit();
