import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dayOf } from '../../../domain/days.js';
import type { DecisionFact } from '../../../domain/decision-fact.js';
import type { FactTable } from '../../ports/facts.js';
import { createConditionalWrites } from './conditional-writes.js';
import { placeOf } from './facts.js';
import {
  createdKey,
  decisionKey,
  decisionsKey,
  LIST_PARTITIONS,
  listPartition,
  SESSIONS_INDEX,
} from './keys.js';
import { rowsOf } from './rows-of.js';
import type { Seal } from './seal.js';

/** How sessions ended: what is counted stands readable beside what is sealed. */
export function createDecisions(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
): Pick<FactTable, 'decide' | 'decisions'> {
  const { putIf } = createConditionalWrites(client, table);

  return {
    async decide(tenant, decision) {
      const { sessionId, flow, status, reasons, flagged, step, provisional, endedAt, revision } = decision;
      const key = decisionKey(tenant, sessionId);
      const day = dayOf(endedAt);
      const [reason] = reasons;
      const row = {
        ...key,
        ...{ flow, status, reason, reasons, flagged, step, provisional, day, revision },
        listKey: decisionsKey(tenant, day, listPartition(sessionId)),
        createdKey: createdKey(endedAt, sessionId),
        sealed: seal.close(decision, placeOf(key)),
      };
      // A repeat that comes late must not hide what was found since.
      const notOlder = {
        ConditionExpression: 'attribute_not_exists(pk) OR #revision <= :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
      };
      await putIf(row, notOlder, { ':revision': revision });
    },

    async decisions(tenant, day) {
      const partitions = Array.from({ length: LIST_PARTITIONS }, (_, partition) =>
        rowsOf(client, {
          TableName: table,
          IndexName: SESSIONS_INDEX,
          KeyConditionExpression: 'listKey = :list',
          ExpressionAttributeValues: marshall({ ':list': decisionsKey(tenant, day, partition) }),
        }),
      );
      const rows = (await Promise.all(partitions)).flat();
      return rows.map((row) => seal.open(row.sealed as Uint8Array, placeOf(row)) as DecisionFact);
    },
  };
}
