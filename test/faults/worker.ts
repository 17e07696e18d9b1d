import { NativeConnection, Runtime } from '@temporalio/worker';
import { createPorts } from '../../activities/aws/create-ports.js';
import { fieldKeys } from '../../activities/aws/field-keys.js';
import { awsSettings } from '../../activities/aws/settings.js';
import { createActivities } from '../../activities/index.js';
import { temporalConfig } from '../../temporal.config.js';
import { createWorker } from '../../workers/create-worker.js';
import { temporalLogger } from '../../workers/temporal-logger.js';
import type { FromWorker, ToWorker } from './protocol.js';
import { createStriker } from './strike.js';

/** A worker of every role under the orders of the sweep, which is to kill it: `worker.ts <workflow bundle>`. */
const tell = (message: FromWorker) => process.send?.(message);
const striker = createStriker(tell);

async function run(codePath: string, started: Promise<void>): Promise<void> {
  Runtime.install({ logger: temporalLogger });
  const config = temporalConfig();
  const connection = await NativeConnection.connect(config.connection);
  const activities = striker.around(createActivities(createPorts(awsSettings(), fieldKeys())));
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
