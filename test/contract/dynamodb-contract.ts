import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Differences, register } from './check.js';
import { itemChecks } from './dynamodb-items.js';
import { queryChecks } from './dynamodb-queries.js';
import { tableChecks } from './dynamodb-tables.js';

/** What the product and its operators use of DynamoDB, as tests against whatever `getClient` talks to. */
export function dynamodbContract(getClient: () => DynamoDBClient, differences?: Differences): void {
  register([...tableChecks, ...itemChecks, ...queryChecks], getClient, differences);
}
