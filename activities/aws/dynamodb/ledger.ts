import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ItemOutcome } from '../../../domain/batch/item.js';
import type { Tenant } from '../../../domain/session.js';
import type { BatchTable, ChunkClaim } from '../../ports/batch-table.js';
import { observed } from '../observe.js';
import { chunkPartition, claimKey, ITEM, userItemKey } from './batch-keys.js';
import { putRows } from './batch-write.js';
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
): Pick<BatchTable, 'claim' | 'readChunk' | 'record'> {
  const { refusedBy } = createConditionalWrites(client, table);

  async function isHeld(tenant: Tenant, jobId: string, { chunk, fence }: ChunkClaim): Promise<boolean> {
    const command = new GetItemCommand({
      TableName: table,
      Key: marshall(claimKey(tenant, jobId, chunk)),
      ConsistentRead: true,
    });
    const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
    return Number(Item?.fence?.N) === fence;
  }

  return {
    async claim(tenant, jobId, { chunk, fence }) {
      const refused = await refusedBy({
        Key: marshall(claimKey(tenant, jobId, chunk)),
        UpdateExpression: 'SET fence = :fence',
        ConditionExpression: 'attribute_not_exists(fence) OR fence <= :fence',
        ExpressionAttributeValues: marshall({ ':fence': fence }),
      });
      return refused === undefined;
    },

    async readChunk(tenant, jobId, chunk) {
      const rows = await partitionKeys(client, table, chunkPartition(tenant, jobId, chunk), ITEM);
      return rows.map((row) => toItem(seal, row));
    },

    async record(tenant, jobId, claim, outcomes) {
      if (!(await isHeld(tenant, jobId, claim))) return false;
      // No two rows of one key may be in a write.
      const items = [...new Map(outcomes.map((outcome) => [outcome.itemId, outcome])).values()];
      const leads = items.flatMap((item) => leadTo(tenant, jobId, item) ?? []);
      // First of all: whoever finds the item by its user finds the way there.
      const ways = leads.filter(({ item }) => item.status !== 'indexed');
      await putRows(client, table, [...new Map(ways.map(({ key }) => [key.pk + key.sk, key])).values()]);
      await putRows(
        client,
        table,
        items.map((item) => itemRow(seal, tenant, jobId, item)),
      );
      // An erasure that was over by then did not find the item; one that comes later does, by what leads there. So that is read
      // now: where an erasure was before us, it is fenced, or has gone with its user.
      const rows = await rowsByKey(
        client,
        table,
        leads.map(({ key }) => key),
      );
      const erased = leads.filter(({ key }) => {
        const row = rows.get(`${key.pk} ${key.sk}`);
        return !row || row.state === 'erased';
      });
      await putRows(
        client,
        table,
        erased.map(({ item }) => forgottenRow(tenant, jobId, item)),
      );
      return true;
    },
  };
}

/**
 * What leads from a user to an item: of an indexed one the row of its face, which names job and chunk, so that it takes no
 * write of its own. Nothing leads to items whose user is not known, or is being erased.
 */
function leadTo(
  tenant: Tenant,
  jobId: string,
  item: ItemOutcome,
): { item: ItemOutcome; key: { pk: string; sk: string } } | undefined {
  const { subject, itemId, status, reason } = item;
  if (subject === undefined || reason === 'user_erasing') return undefined;
  const key =
    status === 'indexed'
      ? faceRowKey(tenant, { subject, faceKey: itemId })
      : userItemKey(tenant, subject, jobId, item);
  return { item, key };
}
