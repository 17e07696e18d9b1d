import type { Server } from 'node:http';
import { Client, Connection } from '@temporalio/client';
import { createPorts } from '../activities/aws/create-ports.js';
import { fieldKeys } from '../activities/aws/field-keys.js';
import { pseudonymKey } from '../activities/aws/pseudonym-key.js';
import { awsSettings } from '../activities/aws/settings.js';
import { findStandIns } from '../activities/aws/stand-ins.js';
import { log } from '../telemetry/log.js';
import { temporalConfig } from '../temporal.config.js';
import { createApp } from './app.js';
import { createFlows } from './flows.js';
import { loadPolicies } from './policies.js';
import { refuseUnreadable } from './refuse-unreadable.js';
import { apiSettings } from './settings.js';

/** How long open requests may take once the server was told to stop. */
const DRAIN_MS = 15_000;

async function run(): Promise<void> {
  const settings = apiSettings();
  const config = temporalConfig();
  const { policies, warnings } = loadPolicies(settings.IDV_POLICIES);
  for (const warning of warnings) log.warn({ warning }, 'policy');
  const standIns = await findStandIns();
  const ports = createPorts(awsSettings(), fieldKeys(), pseudonymKey());
  const connection = await Connection.connect(config.connection);
  const client = new Client({ connection, namespace: config.namespace, dataConverter: config.dataConverter });
  const app = createApp({ settings, flows: createFlows(client), ports, policies, standIns });

  const server = app.listen(settings.IDV_API_PORT, settings.IDV_API_HOST, (error) => {
    if (error) throw error;
    log.info({ host: settings.IDV_API_HOST, port: settings.IDV_API_PORT }, 'API ready');
    process.send?.({ ready: true });
  });
  server.on('clientError', refuseUnreadable);
  await stopped(server);
  await connection.close();
  ports.destroy();
}

/** Resolves once a signal came and the last request was answered. */
function stopped(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('close', resolve);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        log.info({ signal }, 'API stops');
        server.close();
        setTimeout(() => server.closeAllConnections(), DRAIN_MS).unref();
      });
    }
  });
}

run().catch((error: unknown) => {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'The API stopped.');
  process.exitCode = 1;
});
