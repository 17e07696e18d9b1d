import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { profileKey } from '../../../activities/aws/dynamodb/keys.js';
import type { Tenant } from '../../../domain/session.js';
import type { OnTwin } from './on-twin.js';

/** Makes whoever holds the user have held it for more than an hour: it is thought dead from then on. */
export async function heldForAnHour(aws: OnTwin, tenant: Tenant, subject: string): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: aws.settings.IDV_TABLE,
    Key: marshall(profileKey(tenant, subject)),
    UpdateExpression: 'SET busySince = :then',
    ExpressionAttributeValues: marshall({ ':then': Date.now() - 3_700_000 }),
  });
  await aws.clients.dynamodb.send(command);
}
