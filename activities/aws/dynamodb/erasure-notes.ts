import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BatchTable } from '../../ports/batch-table.js';
import { ERASED, erasedKey, jobKey } from './batch-keys.js';
import { createConditionalWrites } from './conditional-writes.js';
import { partitionKeys } from './rows-of.js';

/** Longer than a job runs: DynamoDB removes the rows by themselves. */
const KEPT_DAYS = 90;

/** Who was erased while a job ran, so that it does not take them up again. A row says no more than the receipt does. */
export function createErasureNotes(
  client: DynamoDBClient,
  table: string,
): Pick<BatchTable, 'noteErased' | 'erasedUsers'> {
  const { putIf } = createConditionalWrites(client, table);
  return {
    async noteErased(tenant, jobId, subject) {
      const expires = Math.ceil(Date.now() / 1_000) + KEPT_DAYS * 86_400;
      await putIf({ ...erasedKey(tenant, jobId, subject), expires }, {});
    },
    async erasedUsers(tenant, jobId) {
      const rows = await partitionKeys(client, table, jobKey(tenant, jobId).pk, ERASED);
      return new Set(rows.map(({ sk }) => sk.slice(ERASED.length)));
    },
  };
}
