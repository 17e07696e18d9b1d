import { type Database, keys } from './database.js';
import { malformed, type Table } from './dynalite.js';
import { changeTable, readExtras, tableOrThrow } from './table-extras.js';

/** A tag as the API has it. */
export interface Tag {
  Key: string;
  Value: string;
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
  if (!Array.isArray(input.TagKeys)) throw malformed('TagKeys must be a list of texts.');
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
  await changeTable(database, name, async () => {
    const extras = await readExtras(database, name);
    await database.level.put(keys.extras(name), { ...extras, tags: update(extras.tags ?? {}) });
  });
}

async function tableOfArn(database: Database, arn: string): Promise<Table> {
  return tableOrThrow(database, String(arn).split('/')[1] ?? '');
}

/** Tags as they are kept. */
export function tagMap(tags: Tag[] | null | undefined): Record<string, string> {
  if (tags === undefined || tags === null) return {};
  const valid =
    Array.isArray(tags) &&
    tags.every((tag) => typeof tag?.Key === 'string' && tag.Key !== '' && typeof tag.Value === 'string');
  if (!valid) throw malformed('Tags must be a list of { Key, Value }.');
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
}
