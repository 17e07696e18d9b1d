import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_ITEM_BYTES, runAction } from './action-store.js';
import { type Database, dropTable, keys, putTable, readTable } from './database.js';
import { type DynaliteOperation, dynaliteDb, type Table, validInput } from './dynalite.js';
import { changeTable, type Extras, readExtras, tableOrThrow } from './table-extras.js';
import { type Tag, tagMap } from './tags.js';

interface TableInput {
  TableName: string;
  DeletionProtectionEnabled?: boolean;
  SSESpecification?: { Enabled?: boolean; SSEType?: string; KMSMasterKeyId?: string };
  TableClass?: string;
  Tags?: Tag[];
  StreamSpecification?: { StreamEnabled?: boolean };
}

/** Answers with status CREATING, as AWS does; the table is active and on disk by then. */
export async function createTable(database: Database, input: TableInput): Promise<object> {
  if (input.StreamSpecification?.StreamEnabled) {
    throw dynaliteDb.validationError('The twin has no streams; leave out StreamSpecification.');
  }
  const name = input.TableName;
  const extras = { ...extrasOf(input), tags: tagMap(input.Tags) };
  return changeTable(database, name, async () => {
    const answer = await action(database, 'CreateTable', input);
    await database.level.put(keys.extras(name), extras);
    await settled(database, name);
    return { TableDescription: described(answer.TableDescription as Table, extras) };
  });
}

export async function describeTable(database: Database, input: TableInput): Promise<object> {
  const { Table: table } = await action(database, 'DescribeTable', input);
  return { Table: described(table as Table, await readExtras(database, input.TableName)) };
}

/** Throughput and billing mode are dynalite's; deletion protection, encryption and class are noted here. No new indexes. */
export async function updateTable(database: Database, input: TableInput): Promise<object> {
  const name = input.TableName;
  return changeTable(database, name, async () => {
    const table = await tableOrThrow(database, name);
    if (
      ['ProvisionedThroughput', 'BillingMode', 'GlobalSecondaryIndexUpdates'].some((field) => field in input)
    ) {
      await action(database, 'UpdateTable', input);
      await settled(database, name);
    }
    const extras = { ...(await readExtras(database, name)), ...extrasOf(input) };
    await database.level.put(keys.extras(name), extras);
    return { TableDescription: described({ ...table, ...(await readTable(database, name)) }, extras) };
  });
}

export async function deleteTable(database: Database, input: TableInput): Promise<object> {
  const name = input.TableName;
  return changeTable(database, name, async () => {
    if ((await readExtras(database, name)).deletionProtection) {
      throw dynaliteDb.validationError(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const table = await tableOrThrow(database, name);
    await putTable(database, { ...table, TableStatus: 'DELETING' });
    await dropTable(database, name);
    return { TableDescription: { ...table, TableStatus: 'DELETING' } };
  });
}

/** Alphabetical, 100 at a time by default. */
export async function listTables(
  database: Database,
  input: { Limit?: number; ExclusiveStartTableName?: string },
): Promise<object> {
  return action(database, 'ListTables', input);
}

async function action(
  database: Database,
  operation: DynaliteOperation,
  input: object,
): Promise<Record<string, unknown>> {
  const { result } = await runAction(database, operation, validInput(operation, input, MAX_ITEM_BYTES));
  return structuredClone(result) as Record<string, unknown>; // dynalite goes on changing what it answered
}

/** dynalite makes a change final on a timer; nothing is acknowledged before that is on disk. */
async function settled(database: Database, name: string): Promise<void> {
  while ((await readTable(database, name))?.TableStatus !== 'ACTIVE') await nextTurn();
}

function extrasOf(input: TableInput): Extras {
  const { DeletionProtectionEnabled: protection, SSESpecification: sse, TableClass: tableClass } = input;
  return {
    ...(protection !== undefined && { deletionProtection: protection }),
    ...(sse?.Enabled && {
      sse: { type: sse.SSEType ?? 'KMS', ...(sse.KMSMasterKeyId && { key: sse.KMSMasterKeyId }) },
    }),
    ...(tableClass !== undefined && { tableClass }),
  };
}

function described(table: Table, extras: Extras): object {
  const { deletionProtection = false, sse, tableClass } = extras;
  return {
    ...table,
    DeletionProtectionEnabled: deletionProtection,
    ...(sse && {
      SSEDescription: { Status: 'ENABLED', SSEType: sse.type, ...(sse.key && { KMSMasterKeyArn: sse.key }) },
    }),
    ...(tableClass && { TableClassSummary: { TableClass: tableClass } }),
  };
}
