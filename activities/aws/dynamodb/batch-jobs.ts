import { type DynamoDBClient, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { BatchState } from '../../../domain/batch/job.js';
import type { BatchTable } from '../../ports/batch-table.js';
import { observed } from '../observe.js';
import { jobKey, jobsKey } from './batch-keys.js';
import { createConditionalWrites } from './conditional-writes.js';
import { createdKey, SESSIONS_INDEX } from './keys.js';

/** The rows of the jobs themselves. */
export function createBatchJobs(
  client: DynamoDBClient,
  table: string,
): Pick<BatchTable, 'create' | 'save' | 'read' | 'list'> {
  const { refusedBy, putIf } = createConditionalWrites(client, table);

  return {
    async create(tenant, state, fingerprint) {
      const { jobId, createdAt, revision } = state;
      const row = {
        ...jobKey(tenant, jobId),
        state,
        fingerprint,
        revision,
        listKey: jobsKey(tenant),
        createdKey: createdKey(createdAt, jobId),
      };
      const there = await putIf(row, { ConditionExpression: 'attribute_not_exists(pk)' });
      return there && { fingerprint: String(there.fingerprint), state: there.state as BatchState };
    },

    async save(tenant, state) {
      await refusedBy({
        Key: marshall(jobKey(tenant, state.jobId)),
        UpdateExpression: 'SET #state = :state, #revision = :revision',
        ConditionExpression: 'attribute_exists(pk) AND #revision < :revision',
        ExpressionAttributeNames: { '#state': 'state', '#revision': 'revision' },
        ExpressionAttributeValues: marshall(
          { ':state': state, ':revision': state.revision },
          { removeUndefinedValues: true },
        ),
      });
    },

    async read(tenant, jobId) {
      const command = new GetItemCommand({
        TableName: table,
        Key: marshall(jobKey(tenant, jobId)),
        ConsistentRead: true,
      });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      return Item ? (unmarshall(Item).state as BatchState) : undefined;
    },

    async list(tenant, { limit, cursor }) {
      const command = new QueryCommand({
        TableName: table,
        IndexName: SESSIONS_INDEX,
        KeyConditionExpression: `listKey = :list${cursor === undefined ? '' : ' AND createdKey < :cursor'}`,
        ExpressionAttributeValues: marshall({
          ':list': jobsKey(tenant),
          ...(cursor === undefined ? {} : { ':cursor': cursor }),
        }),
        ScanIndexForward: false,
        Limit: limit + 1, // one more tells whether there is another page
      });
      const { Items = [], LastEvaluatedKey } = await observed('dynamodb', 'Query', (options) =>
        client.send(command, options),
      );
      const rows = Items.map((item) => unmarshall(item));
      const shown = rows.slice(0, limit);
      // A page of DynamoDB has 1 MB at most, and a job that ran for days is tens of kilobytes.
      const last = rows.length > limit || LastEvaluatedKey ? shown.at(-1) : undefined;
      return {
        jobs: shown.map(({ state }) => state as BatchState),
        ...(last ? { nextCursor: String(last.createdKey) } : {}),
      };
    },
  };
}
