import { DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { AuthenticationPolicy } from '../../../domain/policy.js';
import type { Tenant } from '../../../domain/session.js';
import { observed } from '../observe.js';
import { createConditionalWrites } from './conditional-writes.js';
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
  const { refusedBy } = createConditionalWrites(client, table);
  const Key = marshall(attemptsKey(tenant, subject));
  for (;;) {
    const now = Math.floor(Date.now() / 1_000);
    const send = (set: string, condition: string, values: Record<string, unknown>) =>
      refusedBy({
        Key,
        UpdateExpression: set,
        ConditionExpression: condition,
        ExpressionAttributeValues: marshall(values),
      });
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

/** Forgets one attempt (the service could not judge it), or all of them (a success). Where there is none, none appears. */
export async function forgetAttempts(
  client: DynamoDBClient,
  table: string,
  tenant: Tenant,
  subject: string,
  attemptId?: string,
): Promise<void> {
  const Key = marshall(attemptsKey(tenant, subject));
  if (attemptId === undefined) {
    const command = new DeleteItemCommand({ TableName: table, Key });
    await observed('dynamodb', 'DeleteItem', (options) => client.send(command, options));
    return;
  }
  // An update would make a missing row: one without an end, that stays for ever.
  await createConditionalWrites(client, table).refusedBy({
    Key,
    UpdateExpression: 'DELETE ids :id',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: marshall({ ':id': new Set([attemptId]) }),
  });
}
