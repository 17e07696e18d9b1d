import { DeleteItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterFailure, type Failures } from '../../../domain/cool-down.js';
import type { LivenessFailures } from '../../ports/liveness.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
import { livenessKey } from './keys.js';

/**
 * Failed captures in DynamoDB: one row, each change of it one write on the condition that nobody changed it meanwhile, so
 * that parallel failures are all counted. The row disappears after its window.
 */
export function createLivenessFailures(client: DynamoDBClient, table: string): LivenessFailures {
  const { refusedBy } = createConditionalWrites(client, table);
  return {
    async coolDown(tenant, owner) {
      const Key = marshall(livenessKey(tenant, owner));
      const command = new GetItemCommand({ TableName: table, Key, ConsistentRead: true });
      const { Item } = await observed('dynamodb', 'GetItem', (options) => client.send(command, options));
      const before = Item && (unmarshall(Item).failures as Failures);
      return Math.max(0, (before?.coolUntil ?? 0) - seconds());
    },

    async count(tenant, owner, captureId, coolDown) {
      let before: Failures | undefined;
      for (;;) {
        const failures = afterFailure(before, captureId, seconds(), coolDown);
        if (!failures) return;
        // The last capture names the state of the row: every change adds another one.
        const last = before?.captures.at(-1);
        const refused = await refusedBy({
          Key: marshall(livenessKey(tenant, owner)),
          UpdateExpression: 'SET failures = :failures, lastCapture = :capture, expires = :expires',
          ConditionExpression: last === undefined ? 'attribute_not_exists(pk)' : 'lastCapture = :last',
          ExpressionAttributeValues: marshall({
            ':failures': failures,
            ':capture': captureId,
            ':expires': Math.max(failures.windowEnds, failures.coolUntil ?? 0),
            ...(last === undefined ? {} : { ':last': last }),
          }),
        });
        if (!refused) return;
        before = refused.failures as Failures | undefined; // absent: the row disappeared meanwhile
      }
    },

    async forget(tenant, owner) {
      const command = new DeleteItemCommand({ TableName: table, Key: marshall(livenessKey(tenant, owner)) });
      await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options));
    },
  };
}

const seconds = () => Math.floor(Date.now() / 1_000);
