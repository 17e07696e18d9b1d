import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type DuplicatePair, faceName, type PairName, sideOf } from '../../../domain/batch/pair.js';
import type { FaceRecord } from '../../../domain/face-record.js';
import type { Tenant } from '../../../domain/session.js';
import type { BatchTable } from '../../ports/batch-table.js';
import { observed } from '../observe.js';
import { itemKey, jobKey, PAIR, pairKey, parseUserPairKey, userPairKey } from './batch-keys.js';
import { deleteRows, putRows } from './batch-write.js';
import { createConditionalWrites } from './conditional-writes.js';
import { userPartition } from './keys.js';
import { partitionKeys, rowsByKey } from './rows-of.js';
import { readFaceRows } from './user-rows.js';

/** Pairs of a job, in one partition: they are few. A row in the partition of either user leads an erasure there. */
export function createBatchPairs(
  client: DynamoDBClient,
  table: string,
): Pick<BatchTable, 'addPair' | 'pair' | 'pairs' | 'pairsOf' | 'resolve' | 'dropPair'> {
  const { refusedBy, putIf } = createConditionalWrites(client, table);

  /** Says in the ledger that the face of an item is one of a pair. */
  async function flag(tenant: Tenant, jobId: string, { rank, chunk, faceKey }: FaceRecord): Promise<void> {
    if (chunk === undefined || rank.sessionId !== jobId) return;
    await refusedBy({
      Key: marshall(itemKey(tenant, jobId, { chunk, itemId: faceKey })),
      UpdateExpression: 'SET #duplicate = :yes',
      ConditionExpression: 'attribute_exists(sealed)',
      ExpressionAttributeNames: { '#duplicate': 'duplicate' },
      ExpressionAttributeValues: marshall({ ':yes': true }),
    });
  }

  return {
    async addPair(tenant, jobId, pair) {
      const faces = [pair.first, pair.second];
      const name = { first: faceName(pair.first), second: faceName(pair.second) };
      const key = pairKey(tenant, jobId, name);
      const ways = faces.map(({ subject }) => userPairKey(tenant, subject, jobId, name));
      // First of all: whoever finds the pair by a user finds the way there.
      await putRows(client, table, ways);
      const there = await putIf({ ...key, ...pair }, { ConditionExpression: 'attribute_not_exists(pk)' });
      // An erasure that was over by then did not find it.
      const rows = await readFaceRows(client, table, tenant, faces);
      if (rows.length < faces.length || rows.some(({ state }) => state === 'erased')) {
        await deleteRows(client, table, [key, ...ways]);
        return false;
      }
      for (const row of rows) await flag(tenant, jobId, row);
      return there === undefined;
    },

    async pair(tenant, jobId, name) {
      const command = new GetItemCommand({
        TableName: table,
        Key: marshall(pairKey(tenant, jobId, name)),
        ConsistentRead: true,
      });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      return Item && toPair(unmarshall(Item));
    },

    async pairs(tenant, jobId, { limit, cursor }) {
      const { pk } = jobKey(tenant, jobId);
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: marshall({ ':pk': pk, ':prefix': PAIR }),
        ConsistentRead: true,
        Limit: limit + 1, // one more tells whether there is another page
        ...(cursor === undefined ? {} : { ExclusiveStartKey: marshall({ pk, sk: `${PAIR}${cursor}` }) }),
      });
      const { Items = [] } = await observed('dynamodb', 'Query', (options) => client.send(command, options));
      const rows = Items.map((item) => unmarshall(item));
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        pairs: shown.map(toPair),
        ...(last ? { nextCursor: String(last.sk).slice(PAIR.length) } : {}),
      };
    },

    async pairsOf(tenant, subject) {
      const ways = await partitionKeys(client, table, userPartition(tenant, subject), PAIR);
      const named = ways.map(({ sk }) => parseUserPairKey(sk));
      const keys = named.map(({ jobId, name }) => pairKey(tenant, jobId, name));
      const rows = await rowsByKey(client, table, keys);
      return named.flatMap(({ jobId, name }) => {
        const { pk, sk } = pairKey(tenant, jobId, name);
        const row = rows.get(`${pk} ${sk}`);
        return row ? [{ jobId, pair: toPair(row) }] : [];
      });
    },

    async resolve(tenant, jobId, name: PairName, decision) {
      const { resolution } = decision;
      const side = sideOf(decision);
      const refused = await refusedBy({
        Key: marshall(pairKey(tenant, jobId, name)),
        UpdateExpression: `SET resolution = :resolution ${side ? ', side = :side' : 'REMOVE side'}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: marshall({
          ':resolution': resolution,
          ...(side ? { ':side': side } : {}),
        }),
      });
      return refused === undefined;
    },

    async dropPair(tenant, jobId, name) {
      // What leads to it last, so that an erasure finds what a stop has left.
      await deleteRows(client, table, [pairKey(tenant, jobId, name)]);
      const owners = [name.first, name.second].map((face) => face.slice(0, face.indexOf(':')));
      await deleteRows(
        client,
        table,
        owners.map((subject) => userPairKey(tenant, subject, jobId, name)),
      );
    },
  };
}

function toPair({ pk: _, sk: __, ...pair }: Record<string, unknown>): DuplicatePair {
  return pair as unknown as DuplicatePair;
}
