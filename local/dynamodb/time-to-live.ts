import { type Database, keys } from './database.js';
import { dynaliteDb } from './dynalite.js';
import { changeTable, readExtras, tableOrThrow } from './table-extras.js';

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
  return changeTable(database, name, async () => {
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

export async function describeTimeToLive(database: Database, input: { TableName: string }): Promise<object> {
  await tableOrThrow(database, input.TableName);
  const { ttl } = await readExtras(database, input.TableName);
  return {
    TimeToLiveDescription: ttl
      ? { TimeToLiveStatus: 'ENABLED', AttributeName: ttl }
      : { TimeToLiveStatus: 'DISABLED' },
  };
}
