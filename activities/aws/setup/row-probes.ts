import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { SESSIONS_INDEX, USER_SESSIONS_INDEX } from '../dynamodb/keys.js';
import type { AwsSettings } from '../settings.js';
import { tableArn } from './arns.js';
import { type Probe, RESERVED } from './probe.js';

/** The row is never there, so that reads find nothing and every condition fails. */
export function rowProbes(client: DynamoDBClient, settings: AwsSettings): Probe[] {
  const TableName = settings.IDV_TABLE;
  const Key = { pk: { S: RESERVED }, sk: { S: RESERVED } };
  const ConditionExpression = 'attribute_exists(pk)';
  const resource = tableArn(settings);
  const answers = ['ConditionalCheckFailedException'];

  const query = (key: string, IndexName?: string): Probe => ({
    action: 'dynamodb:Query',
    resource: IndexName ? `${resource}/index/${IndexName}` : resource,
    run: () =>
      client.send(
        new QueryCommand({
          TableName,
          ...(IndexName ? { IndexName } : {}),
          KeyConditionExpression: '#key = :value',
          ExpressionAttributeNames: { '#key': key },
          ExpressionAttributeValues: { ':value': { S: RESERVED } },
          Limit: 1,
        }),
      ),
  });

  return [
    {
      action: 'dynamodb:GetItem',
      resource,
      run: () => client.send(new GetItemCommand({ TableName, Key })),
    },
    {
      action: 'dynamodb:BatchGetItem',
      resource,
      run: () => client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
    },
    {
      action: 'dynamodb:BatchWriteItem',
      resource,
      // It takes no condition; removing a row that is never there changes nothing.
      run: () =>
        client.send(
          new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }),
        ),
    },
    query('pk'),
    {
      action: 'dynamodb:Scan',
      resource,
      run: () => client.send(new ScanCommand({ TableName, Limit: 1 })),
    },
    query('listKey', SESSIONS_INDEX),
    query('subjectKey', USER_SESSIONS_INDEX),
    {
      action: 'dynamodb:PutItem',
      resource,
      run: () => client.send(new PutItemCommand({ TableName, Item: Key, ConditionExpression })),
      answers,
    },
    {
      action: 'dynamodb:UpdateItem',
      resource,
      run: () => client.send(new UpdateItemCommand({ TableName, Key, ConditionExpression })),
      answers,
    },
    {
      action: 'dynamodb:DeleteItem',
      resource,
      run: () => client.send(new DeleteItemCommand({ TableName, Key, ConditionExpression })),
      answers,
    },
  ];
}
