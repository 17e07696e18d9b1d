import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { ExpiringTable } from '../../ports/expiring.js';
import { observed } from '../observe.js';
import { createConditionalWrites, REFUSED } from './conditional-writes.js';
import { expiringKey, userDocumentKey } from './keys.js';
import { partitionKeys } from './rows-of.js';

/** The days on which documents run out, in DynamoDB; `document-table.ts` writes the rows. */
export function createExpiringTable(client: DynamoDBClient, table: string): ExpiringTable {
  const { deleteIf } = createConditionalWrites(client, table);

  return {
    async due(tenant, day) {
      const rows = await partitionKeys(client, table, expiringKey(tenant, day, '').pk);
      return rows.map(({ sk, hash }) => ({ subject: sk, hash: String(hash), expiresOn: day }));
    },

    async isStored(tenant, { subject, hash, expiresOn }) {
      const command = new GetItemCommand({
        TableName: table,
        Key: marshall(userDocumentKey(tenant, subject, hash)),
        ConsistentRead: true,
        ProjectionExpression: 'expiresOn',
      });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      return Item?.expiresOn?.S === expiresOn;
    },

    async note(tenant, { subject, hash, expiresOn }, now) {
      const command = new UpdateItemCommand({
        TableName: table,
        Key: marshall(expiringKey(tenant, expiresOn, subject)),
        UpdateExpression: 'SET toldAt = if_not_exists(toldAt, :now)',
        ConditionExpression: '#hash = :hash',
        ExpressionAttributeNames: { '#hash': 'hash' },
        ExpressionAttributeValues: marshall({ ':now': now, ':hash': hash }),
        ReturnValues: 'ALL_NEW',
      });
      try {
        const send = () =>
          observed('dynamodb', 'UpdateItem', (options) => client.send(command, options), REFUSED);
        return Number((await send()).Attributes?.toldAt?.N ?? now);
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return undefined;
        throw error;
      }
    },

    async done(tenant, { subject, hash, expiresOn }) {
      const same = { ConditionExpression: '#hash = :hash', ExpressionAttributeNames: { '#hash': 'hash' } };
      await deleteIf(expiringKey(tenant, expiresOn, subject), same, { ':hash': hash });
    },
  };
}
