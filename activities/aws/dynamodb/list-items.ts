import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { BatchTable } from '../../ports/batch-table.js';
import { observed } from '../observe.js';
import { chunkPartition, ITEM, itemsKey, reasonKey } from './batch-keys.js';
import { toItem } from './item-rows.js';
import { LIST_PARTITIONS, SESSIONS_INDEX } from './keys.js';
import type { Seal } from './seal.js';

/** Queries that one page may take: of a filter that hardly anything meets a page may be short, or empty, and not the last. */
const MOST_QUERIES = 40;

type Row = { pk: string; sk: string } & Record<string, unknown>;

/** Parts of a list that are gone through one after the other, each in the order of a key. */
interface Parts {
  count: number;
  /** What of a part comes after a key. */
  query(part: number, after: string | undefined): QueryCommandInput;
  keyOf(row: Row): string;
}

/** Lists of a job's items. The cursor is the part, and the key of the last item that was shown of it. */
export function createItemList(client: DynamoDBClient, table: string, seal: Seal): Pick<BatchTable, 'items'> {
  return {
    async items(tenant, jobId, { status, reason, chunks }, { limit, cursor }) {
      const parts: Parts =
        status === undefined || status === 'indexed'
          ? {
              count: chunks,
              query: (chunk, after) => ({
                TableName: table,
                KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
                ...(status === undefined
                  ? {}
                  : {
                      FilterExpression: '#status = :status',
                      ExpressionAttributeNames: { '#status': 'status' },
                    }),
                ExpressionAttributeValues: marshall({
                  ':pk': chunkPartition(tenant, jobId, chunk),
                  ':from': after ?? ITEM,
                  ':to': `${ITEM}~`,
                  ...(status === undefined ? {} : { ':status': status }),
                }),
                ConsistentRead: true,
              }),
              keyOf: ({ sk }) => sk,
            }
          : {
              count: LIST_PARTITIONS,
              query: (partition, after) => ({
                TableName: table,
                IndexName: SESSIONS_INDEX,
                KeyConditionExpression: 'listKey = :list AND createdKey BETWEEN :from AND :to',
                ExpressionAttributeValues: marshall({
                  ':list': itemsKey(tenant, jobId, status, partition),
                  // DynamoDB refuses an empty string as the value of a key.
                  ':from': after ?? (reason ? reasonKey(reason) : '!'),
                  ':to': reason ? `${reasonKey(reason)}~` : '~',
                }),
              }),
              keyOf: ({ createdKey }) => String(createdKey),
            };

      const found: { row: Row; part: number }[] = [];
      let { part, after } = positionOf(cursor);
      for (let queries = 0; part < parts.count && found.length <= limit; queries++) {
        if (queries === MOST_QUERIES) break;
        const command = new QueryCommand({
          ...parts.query(part, after),
          Limit: limit + 2 - found.length, // BETWEEN shows what is at the cursor again
        });
        const output = await observed('dynamodb', 'Query', (options) => client.send(command, options));
        const rows = (output.Items ?? []).map((item) => unmarshall(item) as Row);
        for (const row of rows) if (parts.keyOf(row) !== after) found.push({ row, part });
        const last = output.LastEvaluatedKey && (unmarshall(output.LastEvaluatedKey) as Row);
        after = last && parts.keyOf(last);
        if (!last) part++;
      }
      const shown = found.slice(0, limit);
      const end = shown.at(-1);
      const nextCursor =
        found.length > limit && end
          ? `${end.part}:${parts.keyOf(end.row)}`
          : part < parts.count
            ? `${part}:${after ?? ''}`
            : undefined;
      return {
        items: shown.map(({ row }) => toItem(seal, row)),
        ...(nextCursor ? { nextCursor } : {}),
      };
    },
  };
}

function positionOf(cursor: string | undefined): { part: number; after: string | undefined } {
  if (cursor === undefined) return { part: 0, after: undefined };
  const cut = cursor.indexOf(':');
  return { part: Number(cursor.slice(0, cut)) || 0, after: cursor.slice(cut + 1) || undefined };
}
