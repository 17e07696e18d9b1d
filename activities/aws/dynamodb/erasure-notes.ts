import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ERASED_TOLD_MS } from '../../../domain/erasure.js';
import type { BatchTable } from '../../ports/batch-table.js';
import { ERASED, erasedKey, jobKey } from './batch-keys.js';
import { createConditionalWrites } from './conditional-writes.js';
import { partitionKeys } from './rows-of.js';

/**
 * Who was erased while a job ran, so that it does not take them up again. A row says no more than the receipt does, and DynamoDB
 * removes it by itself.
 */
export function createErasureNotes(
  client: DynamoDBClient,
  table: string,
): Pick<BatchTable, 'noteErased' | 'erasedUsers'> {
  const { putIf } = createConditionalWrites(client, table);
  return {
    async noteErased(tenant, jobId, subject) {
      const expires = Math.ceil((Date.now() + ERASED_TOLD_MS) / 1_000);
      await putIf({ ...erasedKey(tenant, jobId, subject), expires }, {});
    },
    async erasedUsers(tenant, jobId) {
      const rows = await partitionKeys(client, table, jobKey(tenant, jobId).pk, ERASED);
      return new Set(rows.map(({ sk }) => sk.slice(ERASED.length)));
    },
  };
}
