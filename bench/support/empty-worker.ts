import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { temporalConfig } from '../../temporal.config.js';

/** A worker of its own for the empty workflow. */
Runtime.install({ logger: new DefaultLogger('WARN') });
const config = temporalConfig();
const connection = await NativeConnection.connect(config.connection);
const worker = await Worker.create({
  connection,
  namespace: config.namespace,
  taskQueue: 'bench-empty',
  workflowsPath: fileURLToPath(new URL('../workflows/empty.ts', import.meta.url)),
  dataConverter: config.dataConverter,
  stickyQueueScheduleToStartTimeout: '3s',
});
process.send?.({ ready: true });
await worker.run();
await connection.close();
