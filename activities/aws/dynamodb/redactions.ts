import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { Redaction } from '../../../domain/redaction.js';
import { isFinal, statuses } from '../../../domain/status.js';
import type { SessionTable } from '../../ports.js';
import { createConditionalWrites } from './conditional-writes.js';
import { sessionKey } from './keys.js';

/** What takes personal fields out of a session's row. */
export function createRedactions(
  client: DynamoDBClient,
  table: string,
): Pick<SessionTable, 'redact'> & { redactionIn(item: Record<string, unknown>): { redaction?: Redaction } } {
  const { refusedBy } = createConditionalWrites(client, table);
  const over = statuses.filter(isFinal).map((status, at) => [`:over${at}`, status] as const);

  return {
    redactionIn: ({ redaction }) => (redaction ? { redaction: redaction as Redaction } : {}),

    async redact(tenant, sessionId, redaction) {
      const refused = await refusedBy({
        Key: marshall(sessionKey(tenant, sessionId)),
        UpdateExpression: 'SET redaction = :redaction REMOVE details, document',
        ConditionExpression: `#state.#status IN (${over.map(([name]) => name).join(', ')})`,
        ExpressionAttributeNames: { '#state': 'state', '#status': 'status' },
        ExpressionAttributeValues: marshall({ ':redaction': redaction, ...Object.fromEntries(over) }),
      });
      return refused === undefined;
    },
  };
}
