import { Client, Connection } from '@temporalio/client';
import { createAwsClients } from '../activities/aws/clients.js';
import { endpointOf, isAws } from '../activities/aws/endpoints.js';
import { awsSettings } from '../activities/aws/settings.js';
import { awsParts } from '../activities/aws/setup/parts.js';
import { probes } from '../activities/aws/setup/probes.js';
import { createShardMap } from '../activities/aws/shard-map.js';
import type { Tenant } from '../domain/session.js';
import { temporalConfig } from '../temporal.config.js';
import { reconciliationSettings } from './reconciliation-settings.js';
import { documentExpirySchedulePart } from './setup/document-expiry-schedule.js';
import { reconciliationSchedulePart } from './setup/reconciliation-schedule.js';
import { checkSetup, runSetup } from './setup/run-setup.js';
import { searchAttributesPart } from './setup/search-attributes.js';
import { tenantsOf } from './setup/tenants.js';

export interface SetupOptions {
  check: boolean;
  /** Schedules may lose accounts that are not named any more. */
  dropAccounts: boolean;
}

/**
 * Makes what the service needs of AWS and Temporal, or with `check` says what is missing or not allowed.
 * @returns whether everything is there
 * @throws Error naming the environment variables that are wrong
 */
export async function setup(
  { check, dropAccounts }: SetupOptions,
  environment: NodeJS.ProcessEnv,
  print: (line: string) => void,
): Promise<boolean> {
  const settings = awsSettings(environment);
  const temporal = temporalConfig(environment);
  const tenants = tenantsOf(environment);
  const reconciliation = reconciliationSettings(environment);
  const clients = createAwsClients(settings);
  const connection = Connection.lazy(temporal.connection);
  const { namespace, dataConverter } = temporal;
  const client = new Client({ connection, namespace, dataConverter });
  try {
    const parts = [
      ...awsParts(clients, settings, { tenants, tlsOnly: isAws(endpointOf('S3', environment)) }),
      searchAttributesPart(connection, namespace),
      reconciliationSchedulePart(client, reconciliation, dropAccounts),
      documentExpirySchedulePart(
        client,
        { tenants, policies: environment.IDV_POLICIES ?? 'policies' },
        dropAccounts,
      ),
    ];
    if (!check) return await runSetup(parts, print);
    const collection = await anyCollection(settings, tenants[0] as Tenant);
    return await checkSetup(parts, probes(clients, settings, collection), print);
  } finally {
    clients.destroy();
    await connection.close();
  }
}

async function anyCollection(settings: ReturnType<typeof awsSettings>, tenant: Tenant): Promise<string> {
  const shardMap = createShardMap(settings.IDV_SHARDS, settings.IDV_COLLECTION_PREFIX);
  const shards = await shardMap.shards(tenant);
  const shard = shards.find(({ status }) => status !== 'retired');
  if (!shard) throw new Error('IDV_SHARDS has retired shards only: add an active one.');
  return shardMap.collection(tenant, shard, await shardMap.generation(tenant));
}
