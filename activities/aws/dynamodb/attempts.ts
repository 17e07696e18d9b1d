import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { AuthenticationPolicy } from '../../../domain/policy.js';
import type { Tenant } from '../../../domain/session.js';
import { observed } from '../observe.js';
import { attemptsKey } from './keys.js';

/**
 * Counts a login attempt by one conditional write, so that parallel guesses are all counted; once per id, so that a
 * repeat after a crash is not counted twice. The window starts with its first attempt; the row disappears after it.
 * @returns true when the window's attempts were used up before this one
 */
export async function countAttempt(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
  attemptId: string,
  { attempts, withinSeconds }: AuthenticationPolicy['lockout'],
): Promise<boolean> {
  const Key = marshall(attemptsKey(tenant, subject));
  for (;;) {
    const now = Math.floor(Date.now() / 1_000);
    const send = async (set: string, condition: string, values: Record<string, unknown>) => {
      const command = new UpdateItemCommand({
        TableName: table,
        Key,
        UpdateExpression: set,
        ConditionExpression: condition,
        ExpressionAttributeValues: marshall(values),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });
      try {
        await observed('dynamodb', 'UpdateItem', (options) => client.send(command, options), [
          'ConditionalCheckFailedException',
        ]);
        return undefined;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return error.Item ? unmarshall(error.Item) : {};
        throw error;
      }
    };
    const id = new Set([attemptId]);
    const full = await send(
      'ADD ids :id SET expires = if_not_exists(expires, :end)',
      // Without ids, but with a window: every attempt of it was forgotten.
      'attribute_not_exists(expires) OR contains(ids, :name) OR ' +
        '(expires > :now AND (attribute_not_exists(ids) OR size(ids) < :limit))',
      { ':id': id, ':end': now + withinSeconds, ':name': attemptId, ':now': now, ':limit': attempts },
    );
    if (!full) return false;
    if (Number(full.expires) > now) return true;
    // The window has passed: whoever replaces it first begins the next one, the others count in that.
    const raced = await send('SET ids = :id, expires = :end', 'expires = :old', {
      ':id': id,
      ':end': now + withinSeconds,
      ':old': full.expires,
    });
    if (!raced) return false;
  }
}

/** Forgets one attempt (the service could not judge it), or all of them (a success). */
export async function forgetAttempts(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
  attemptId?: string,
): Promise<void> {
  const Key = marshall(attemptsKey(tenant, subject));
  const command = attemptId
    ? new UpdateItemCommand({
        TableName: table,
        Key,
        UpdateExpression: 'DELETE ids :id',
        ExpressionAttributeValues: marshall({ ':id': new Set([attemptId]) }),
      })
    : new DeleteItemCommand({ TableName: table, Key });
  await observed('dynamodb', attemptId ? 'UpdateItem' : 'DeleteItem', (options) =>
    client.send(command as DeleteItemCommand, options),
  );
}
