import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { ItemCounts, ItemOutcome } from '../../../domain/batch/item.js';
import type { Tenant } from '../../../domain/session.js';
import type { BatchTable, ChunkClaim, SpentCalls } from '../../ports/batch-table.js';
import { observed } from '../observe.js';
import { chunkPartition, claimKey, erasedKey, ITEM, itemKey, userItemKey } from './batch-keys.js';
import { deleteRows, moveRows, putRows } from './batch-write.js';
import { createConditionalWrites } from './conditional-writes.js';
import { forgottenRow, itemRow, toItem } from './item-rows.js';
import { faceRowKey } from './keys.js';
import { partitionKeys, rowsByKey } from './rows-of.js';
import type { Seal } from './seal.js';

/** Claims of chunks, and what became of their items. */
export function createLedger(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
): Pick<BatchTable, 'claim' | 'keepSpent' | 'holds' | 'beginRound' | 'roundOf' | 'readChunk' | 'record'> {
  const { refusedBy } = createConditionalWrites(client, table);

  async function claimOf(tenant: Tenant, jobId: string, chunk: number): Promise<Record<string, unknown>> {
    const command = new GetItemCommand({
      TableName: table,
      Key: marshall(claimKey(tenant, jobId, chunk)),
      ConsistentRead: true,
    });
    const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
    return Item ? unmarshall(Item) : {};
  }

  const holds = async (tenant: Tenant, jobId: string, { chunk, fence }: ChunkClaim) =>
    (await claimOf(tenant, jobId, chunk)).fence === fence;

  return {
    async claim(tenant, jobId, chunk) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: marshall(claimKey(tenant, jobId, chunk)),
        UpdateExpression: 'ADD fence :one',
        ExpressionAttributeValues: marshall({ ':one': 1 }),
        ReturnValues: 'ALL_NEW',
      });
      const { Attributes } = await observed('dynamodb', 'UpdateItem', (options) =>
        client.send(command, options),
      );
      const { fence, spent } = unmarshall(Attributes ?? {});
      return { chunk, fence: Number(fence), ...(spent ? { spent: spent as SpentCalls } : {}) };
    },

    async keepSpent(tenant, jobId, { chunk, fence }, spent) {
      await refusedBy({
        Key: marshall(claimKey(tenant, jobId, chunk)),
        UpdateExpression: spent ? 'SET spent = :spent' : 'REMOVE spent',
        ConditionExpression: 'fence = :fence',
        ExpressionAttributeValues: marshall({ ':fence': fence, ...(spent ? { ':spent': spent } : {}) }),
      });
    },

    holds,

    async beginRound(tenant, jobId, chunk, round, counts) {
      const refused = await refusedBy({
        Key: marshall(claimKey(tenant, jobId, chunk)),
        UpdateExpression: 'SET #round = :round, #before = :before',
        ConditionExpression: 'attribute_not_exists(#round) OR #round <> :round',
        ExpressionAttributeNames: { '#round': 'round', '#before': 'before' },
        ExpressionAttributeValues: marshall({ ':round': round, ':before': counts }),
      });
      return refused ? (refused.before as ItemCounts) : counts;
    },

    async roundOf(tenant, jobId, chunk, round) {
      const claim = await claimOf(tenant, jobId, chunk);
      return claim.round === round ? (claim.before as ItemCounts) : undefined;
    },

    async readChunk(tenant, jobId, chunk) {
      const rows = await partitionKeys(client, table, chunkPartition(tenant, jobId, chunk), ITEM);
      return rows.map((row) => toItem(seal, row));
    },

    async record(tenant, jobId, claim, outcomes) {
      if (!(await holds(tenant, jobId, claim))) return false;
      // No two rows of one key may be in a write.
      const items = [...new Map(outcomes.map((outcome) => [outcome.itemId, outcome])).values()];
      const leads = items.flatMap((item) => leadTo(tenant, jobId, item) ?? []);
      // First of all: whoever finds the item by its user finds the way there.
      const ways = leads.filter(({ item }) => item.status !== 'indexed');
      await putRows(client, table, [...new Map(ways.map(({ key }) => [key.pk + key.sk, key])).values()]);
      const written = items.map((item) => ({
        row: itemRow(seal, tenant, jobId, item),
        from: formerKeys(tenant, jobId, item),
      }));
      await moveRows(client, table, written);
      // An erasure that was over by then did not find the item; one that comes later does, by what leads there. So that is read
      // now: where an erasure was before us, it is fenced, or has gone with its user. Of an item whose user was not held the job
      // was told before the erasure looked for the first time.
      const wanted = leads.flatMap(({ key, note }) => [key, ...(note ? [note] : [])]);
      const rows = await rowsByKey(client, table, wanted);
      const find = ({ pk, sk }: { pk: string; sk: string }) => rows.get(`${pk} ${sk}`);
      const erased = leads.filter(({ key, note }) => {
        const row = find(key);
        return !row || row.state === 'erased' || (note && find(note));
      });
      await putRows(
        client,
        table,
        erased.map(({ item }) => forgottenRow(tenant, jobId, item)),
      );
      const gone = erased.filter(({ item }) => item.status !== 'indexed');
      await deleteRows(
        client,
        table,
        gone.map(({ key }) => key),
      );
      return true;
    },
  };
}

interface Lead {
  item: ItemOutcome;
  key: { pk: string; sk: string };
  /** Of an erasure that the job was told of, where it is. */
  note?: { pk: string; sk: string };
}

/** Rows of an item from when it had another id: its own, and what leads there. */
function formerKeys(tenant: Tenant, jobId: string, { was, chunk, subject }: ItemOutcome) {
  if (was === undefined) return [];
  const former = { chunk, itemId: was };
  const row = itemKey(tenant, jobId, former);
  return subject === undefined ? [row] : [row, userItemKey(tenant, subject, jobId, former)];
}

/**
 * What leads from a user to an item: of an indexed one the row of its face, which names job and chunk, so that it takes no
 * write of its own. Nothing leads to items whose user is not known, or is being erased.
 */
function leadTo(tenant: Tenant, jobId: string, item: ItemOutcome): Lead | undefined {
  const { subject, itemId, status, reason } = item;
  if (subject === undefined || reason === 'user_erasing') return undefined;
  if (status === 'indexed') return { item, key: faceRowKey(tenant, { subject, faceKey: itemId }) };
  const note = erasedKey(tenant, jobId, subject);
  return { item, key: userItemKey(tenant, subject, jobId, item), note };
}
