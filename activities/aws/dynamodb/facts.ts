import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { NotedFact } from '../../../domain/facts.js';
import type { Tenant } from '../../../domain/session.js';
import type { FactTable } from '../../ports/facts.js';
import { deleteRows, putRows } from './batch-write.js';
import { createDecisions } from './decisions.js';
import { decisionKey, factKey, sessionKey } from './keys.js';
import { rowsOf } from './rows-of.js';
import type { Seal } from './seal.js';

/** Facts in DynamoDB, each sealed and bound to its own row; see `keys.ts` for the layout. */
export function createFactTable(client: DynamoDBClient, table: string, seal: Seal): FactTable {
  const keysOf = (tenant: Tenant, sessionId: string, facts: readonly NotedFact[]) =>
    facts.map((fact) => factKey(tenant, sessionId, fact));

  const factRows = (tenant: Tenant, sessionId: string) =>
    rowsOf(client, {
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: marshall({ ':pk': sessionKey(tenant, sessionId).pk, ':prefix': 'FACT#' }),
      ConsistentRead: true,
    });

  return {
    ...createDecisions(client, table, seal),

    async write(tenant, sessionId, facts) {
      const rows = facts.map((fact) => {
        const key = factKey(tenant, sessionId, fact);
        return { ...key, sealed: seal.close(fact, placeOf(key)) };
      });
      await putRows(client, table, rows);
    },

    async remove(tenant, sessionId, facts) {
      const keys = [...keysOf(tenant, sessionId, facts), decisionKey(tenant, sessionId)];
      await deleteRows(client, table, keys);
    },

    async forget(tenant, sessionId) {
      const rows = await factRows(tenant, sessionId);
      await deleteRows(
        client,
        table,
        rows.map(({ pk, sk }) => ({ pk, sk })),
      );
    },

    async read(tenant, sessionId) {
      const rows = await factRows(tenant, sessionId);
      return rows.map((row) => seal.open(row.sealed as Uint8Array, placeOf(row)) as NotedFact);
    },
  };
}

/** A sealed row that was moved does not open. */
export const placeOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk} ${sk}`;
