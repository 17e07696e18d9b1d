import { createHmac } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { plainNumber } from '../../../domain/document.js';
import type { Tenant } from '../../../domain/session.js';
import type { DocumentOwner, DocumentTable } from '../../ports/document-table.js';
import { observed } from '../observe.js';
import { createConditionalWrites, REFUSED } from './conditional-writes.js';
import { documentKey, expiringKey, userDocumentKey } from './keys.js';
import type { Seal } from './seal.js';

/** 16 bytes: nobody finds two numbers of one hash, and nobody without the key finds the number of one. */
const HASH_LENGTH = 32;

/**
 * Documents in DynamoDB; see `keys.ts` for the layout.
 * @param key `IDV_PSEUDONYM_KEY`: as permanent as the pseudonyms
 */
export function createDocumentTable(
  client: DynamoDBClient,
  table: string,
  seal: Seal,
  key: Uint8Array,
): DocumentTable {
  const { deleteIf } = createConditionalWrites(client, table);

  /** Undefined when it was written, else the row that refused it. */
  async function put(
    item: Record<string, unknown>,
    condition?: { expression: string; values: Record<string, unknown> },
  ): Promise<Record<string, unknown> | undefined> {
    const command = new PutItemCommand({
      TableName: table,
      Item: marshall(item),
      ...(condition
        ? {
            ConditionExpression: condition.expression,
            ExpressionAttributeValues: marshall(condition.values),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }
        : {}),
    });
    try {
      await observed('dynamodb', 'PutItem', (options) => client.send(command, options), REFUSED);
      return undefined;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return error.Item ? unmarshall(error.Item) : {};
      throw error;
    }
  }

  const claimRow = (tenant: Tenant, hash: string, { subject, sessionId }: DocumentOwner) => ({
    ...documentKey(tenant, hash),
    subject,
    sessionId,
    at: Date.now(),
  });

  return {
    hashOf({ account, mode }, { birthDate, documentNumber }) {
      const number = plainNumber(documentNumber ?? '');
      if (number === '' || birthDate === undefined) return undefined;
      return createHmac('sha256', key)
        .update(JSON.stringify([account, mode, 'document', number, birthDate]))
        .digest('hex')
        .slice(0, HASH_LENGTH);
    },

    async claim(tenant, hash, owner) {
      const refused = await put(claimRow(tenant, hash, owner), {
        expression: 'attribute_not_exists(pk) OR subject = :subject',
        values: { ':subject': owner.subject },
      });
      return refused && { subject: String(refused.subject), sessionId: String(refused.sessionId) };
    },

    async takeOver(tenant, hash, owner, from) {
      const refused = await put(claimRow(tenant, hash, owner), {
        expression:
          'attribute_not_exists(pk) OR subject = :own OR (subject = :subject AND sessionId = :session)',
        values: { ':own': owner.subject, ':subject': from.subject, ':session': from.sessionId },
      });
      return refused === undefined;
    },

    release: (tenant, hash, sessionId) =>
      deleteIf(
        documentKey(tenant, hash),
        { ConditionExpression: 'sessionId = :session' },
        { ':session': sessionId },
      ),

    async store(tenant, subject, { hash, fields }) {
      const row = userDocumentKey(tenant, subject, hash);
      const { expiresOn } = fields;
      // The days first: who finds the user's row, finds that one as well.
      if (expiresOn) await put({ ...expiringKey(tenant, expiresOn, subject), hash });
      const sealed = seal.close(fields, `${row.pk}#${row.sk}`);
      await put({ ...row, sealed, ...(expiresOn ? { expiresOn } : {}) });
    },

    async forget(tenant, subject, { hash, fields: { expiresOn } }) {
      for (const row of [
        userDocumentKey(tenant, subject, hash),
        ...(expiresOn ? [expiringKey(tenant, expiresOn, subject)] : []),
      ]) {
        const command = new DeleteItemCommand({ TableName: table, Key: marshall(row) });
        await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options));
      }
    },
  };
}
