import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_ITEM_BYTES, runAction, tableNotFound } from './action-store.js';
import { type Database, dropTable, keys, readTable } from './database.js';
import { type DynaliteOperation, dynaliteDb, type Table, validInput } from './dynalite.js';

/** What a table has beside dynalite's description. */
interface Extras {
  ttl?: string;
  deletionProtection?: boolean;
  sse?: { type: string; key?: string };
  tableClass?: string;
  tags?: Record<string, string>;
}

interface TableInput {
  TableName: string;
  DeletionProtectionEnabled?: boolean;
  SSESpecification?: { Enabled?: boolean; SSEType?: string; KMSMasterKeyId?: string };
  TableClass?: string;
  Tags?: Tag[];
  StreamSpecification?: { StreamEnabled?: boolean };
}

interface Tag {
  Key: string;
  Value: string;
}

/** Answers with status CREATING, as AWS does; the table is active and on disk by then. */
export async function createTable(database: Database, input: TableInput): Promise<object> {
  if (input.StreamSpecification?.StreamEnabled) {
    throw dynaliteDb.validationError('The twin has no streams; leave out StreamSpecification.');
  }
  const name = input.TableName;
  return change(database, name, async () => {
    const answer = await action(database, 'CreateTable', input);
    const extras = { ...extrasOf(input), tags: tagMap(input.Tags) };
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
  return change(database, name, async () => {
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
  return change(database, name, async () => {
    if ((await readExtras(database, name)).deletionProtection) {
      throw dynaliteDb.validationError(
        'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
      );
    }
    const table = await tableOrThrow(database, name);
    await database.level.put(keys.table(name), { ...table, TableStatus: 'DELETING' });
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

/** Noted and described; the twin does not delete expired items (AWS may take days, so readers must filter anyway). */
export async function updateTimeToLive(
  database: Database,
  input: { TableName: string; TimeToLiveSpecification?: { AttributeName?: string; Enabled?: boolean } },
): Promise<object> {
  const { TableName: name, TimeToLiveSpecification: wanted } = input;
  if (!wanted?.AttributeName || typeof wanted.Enabled !== 'boolean') {
    throw dynaliteDb.validationError('TimeToLiveSpecification needs AttributeName and Enabled.');
  }
  const { AttributeName: attribute, Enabled: enabled } = wanted;
  return change(database, name, async () => {
    await tableOrThrow(database, name);
    const extras = await readExtras(database, name);
    if (enabled === (extras.ttl !== undefined)) {
      throw dynaliteDb.validationError(`TimeToLive is already ${enabled ? 'enabled' : 'disabled'}`);
    }
    const { ttl: _, ...rest } = extras;
    await database.level.put(keys.extras(name), enabled ? { ...rest, ttl: attribute } : rest);
    return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: enabled } };
  });
}

export async function describeTimeToLive(database: Database, input: TableInput): Promise<object> {
  await tableOrThrow(database, input.TableName);
  const { ttl } = await readExtras(database, input.TableName);
  return {
    TimeToLiveDescription: ttl
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: ttl }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}

export async function tagResource(
  database: Database,
  input: { ResourceArn: string; Tags: Tag[] },
): Promise<object> {
  await changeTags(database, input.ResourceArn, (tags) => ({ ...tags, ...tagMap(input.Tags) }));
  return {};
}

export async function untagResource(
  database: Database,
  input: { ResourceArn: string; TagKeys: string[] },
): Promise<object> {
  await changeTags(database, input.ResourceArn, (tags) =>
    Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys.includes(key))),
  );
  return {};
}

export async function listTagsOfResource(
  database: Database,
  input: { ResourceArn: string },
): Promise<object> {
  const { tags = {} } = await readExtras(database, (await tableOfArn(database, input.ResourceArn)).TableName);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

async function changeTags(
  database: Database,
  arn: string,
  update: (tags: Record<string, string>) => Record<string, string>,
): Promise<void> {
  const { TableName: name } = await tableOfArn(database, arn);
  await change(database, name, async () => {
    const extras = await readExtras(database, name);
    await database.level.put(keys.extras(name), { ...extras, tags: update(extras.tags ?? {}) });
  });
}

async function tableOfArn(database: Database, arn: string): Promise<Table> {
  return tableOrThrow(database, String(arn).split('/')[1] ?? '');
}

async function tableOrThrow(database: Database, name: string): Promise<Table> {
  const table = await readTable(database, name);
  if (!table) throw tableNotFound(name);
  return table;
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

function change<T>(database: Database, name: string, task: () => Promise<T>): Promise<T> {
  return database.locks.hold(keys.table(name), task);
}

async function readExtras(database: Database, name: string): Promise<Extras> {
  return ((await database.level.get(keys.extras(name))) ?? {}) as Extras;
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

function tagMap(tags: Tag[] = []): Record<string, string> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
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
