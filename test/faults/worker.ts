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
import type { FromWorker, ToWorker } from './protocol.js';
import { createStriker } from './strike.js';

/** A worker of every role under the orders of the sweep, which is to kill it: `worker.ts <workflow bundle>`. */
const tell = (message: FromWorker) => process.send?.(message);
const striker = createStriker(tell);

async function run(codePath: string, started: Promise<void>): Promise<void> {
  // Attempts that come too late are what the sweep is about: no news.
  const filter = makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' });
  Runtime.install({ logger: temporalLogger, telemetryOptions: { logging: { filter } } });
  const config = temporalConfig();
  const connection = await NativeConnection.connect(config.connection);
  const ports = createPorts(awsSettings(), fieldKeys(), pseudonymKey());
  const activities = striker.around({
    ...createActivities(ports),
    ...createHousekeeping(ports, createWorkflows(connection, config.namespace)),
    ...createBatch(ports),
  });
  tell({ is: 'loaded' });
  await started;
  const parts = { config, connection, activities, workflowBundle: { codePath } };
  const workers = await Promise.all(Object.values(config.roles).map((role) => createWorker(role, parts)));
  tell({ is: 'ready' });
  await Promise.all(workers.map((worker) => worker.run()));
  await connection.close();
  process.exit();
}

const started = new Promise<void>((resolve) => {
  process.on('message', (message: ToWorker) => {
    if (message.do === 'start') resolve();
    if (message.do === 'release') striker.release(message.id);
    if (message.do === 'obey') {
      striker.obey(message.orders);
      tell({ is: 'obeying' });
    }
  });
});
process.once('disconnect', () => process.exit());

run(process.argv[2] ?? '', started).catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
