import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DecisionFact } from '../../../domain/decision-fact.js';
import type { FactTable } from '../../ports/facts.js';
import { observed } from '../observe.js';
import { REFUSED } from './conditional-writes.js';
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
  return {
    async decide(tenant, decision) {
      const { sessionId, flow, status, reasons, flagged, step, provisional, endedAt, revision } = decision;
      const key = decisionKey(tenant, sessionId);
      const day = new Date(endedAt).toISOString().slice(0, 10);
      const [reason] = reasons;
      const command = new PutItemCommand({
        TableName: table,
        Item: marshall(
          {
            ...key,
            ...{ flow, status, reason, reasons, flagged, step, provisional, day, revision },
            listKey: decisionsKey(tenant, day, listPartition(sessionId)),
            createdKey: createdKey(endedAt, sessionId),
            sealed: seal.close(decision, placeOf(key)),
          },
          { removeUndefinedValues: true },
        ),
        // A repeat that comes late must not hide what was found since.
        ConditionExpression: 'attribute_not_exists(pk) OR #revision <= :revision',
        ExpressionAttributeNames: { '#revision': 'revision' },
        ExpressionAttributeValues: marshall({ ':revision': revision }),
      });
      try {
        await observed('dynamodb', 'PutItem', (options) => client.send(command, options), REFUSED);
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
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
