import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { BatchTable } from '../../ports/batch-table.js';
import { createBatchJobs } from './batch-jobs.js';
import { createBatchPairs } from './batch-pairs.js';
import { createErasureNotes } from './erasure-notes.js';
import { createItemsOfUser } from './items-of-user.js';
import { createLedger } from './ledger.js';
import { createItemList } from './list-items.js';
import type { Seal } from './seal.js';

/** Batch jobs in DynamoDB; see `keys.ts` for the layout. */
export function createBatchTable(client: DynamoDBClient, table: string, seal: Seal): BatchTable {
  return {
    ...createBatchJobs(client, table),
    ...createLedger(client, table, seal),
    ...createItemList(client, table, seal),
    ...createBatchPairs(client, table),
    ...createItemsOfUser(client, table, seal),
    ...createErasureNotes(client, table),
  };
}
