import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ReadDocument } from '../../../domain/document.js';
import { isFinal, statuses } from '../../../domain/status.js';
import type { SessionTable } from '../../ports.js';
import { createConditionalWrites } from './conditional-writes.js';
import { sessionKey } from './keys.js';
import type { Seal } from './seal.js';

/** Where a sealed document belongs: not where the details of its session do. */
const place = (pk: string) => `${pk}#document`;

/** What a session's row keeps of its person's document; sealed, in an attribute of its own. */
export function createSessionDocuments(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
): Pick<SessionTable, 'saveDocument'> & {
  /** The document in a row, if there is one. */
  documentIn(item: Record<string, unknown>): { document?: ReadDocument };
} {
  const { refusedBy } = createConditionalWrites(client, table);
  const over = statuses.filter(isFinal).map((status, at) => [`:over${at}`, status] as const);

  return {
    documentIn({ pk, document }) {
      if (!document) return {};
      return { document: seal.open(document as Uint8Array, place(String(pk))) as ReadDocument };
    },

    async saveDocument(tenant, sessionId, attempt, document) {
      const key = sessionKey(tenant, sessionId);
      const refused = await refusedBy({
        Key: marshall(key),
        UpdateExpression: `SET documentOf = :attempt${document ? ', document = :document' : ' REMOVE document'}`,
        // A session that is over may be redacted: nothing may come back then, however late.
        ConditionExpression: [
          'attribute_exists(#run)',
          `NOT #state.#status IN (${over.map(([name]) => name).join(', ')})`,
          '(attribute_not_exists(documentOf) OR documentOf <= :attempt)',
        ].join(' AND '),
        ExpressionAttributeNames: { '#run': 'run', '#state': 'state', '#status': 'status' },
        ExpressionAttributeValues: marshall({
          ':attempt': attempt,
          ...Object.fromEntries(over),
          ...(document ? { ':document': seal.close(document, place(key.pk)) } : {}),
        }),
      });
      return refused === undefined;
    },
  };
}
