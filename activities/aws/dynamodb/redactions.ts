import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type Redaction, redactedState } from '../../../domain/redaction.js';
import type { SessionState } from '../../../domain/session.js';
import { isFinal } from '../../../domain/status.js';
import type { SessionTable } from '../../ports/session-table.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
import { sessionKey } from './keys.js';

/** What takes personal fields out of a session's row. */
export function createRedactions(
  client: DynamoDBClient,
  table: string,
): Pick<SessionTable, 'redact'> & { redactionIn(item: Record<string, unknown>): { redaction?: Redaction } } {
  const { refusedBy } = createConditionalWrites(client, table);

  return {
    redactionIn: ({ redaction }) => (redaction ? { redaction: redaction as Redaction } : {}),

    async redact(tenant, sessionId, redaction) {
      const Key = marshall(sessionKey(tenant, sessionId));
      const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      let row = Item && unmarshall(Item);
      for (;;) {
        const state = row?.state as SessionState | undefined;
        if (!state || !isFinal(state.status)) return false;
        row = await refusedBy({
          Key,
          UpdateExpression: 'SET redaction = :redaction, #state = :state REMOVE details, document',
          // What was found after the answer may be written at this moment: then that is redacted.
          ConditionExpression: '#revision = :revision',
          ExpressionAttributeNames: { '#state': 'state', '#revision': 'revision' },
          ExpressionAttributeValues: marshall(
            { ':redaction': redaction, ':state': redactedState(state), ':revision': state.revision },
            { removeUndefinedValues: true },
          ),
        });
        if (!row) return true;
      }
    },
  };
}
