import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startTwin, type Twin } from '../../local/twin.js';
import { dynamodbClient } from './clients.js';
import { dynamodbContract } from './dynamodb-contract.js';

describe('The twin keeps the contract', () => {
  let twin: Twin;
  let dynamodb: DynamoDBClient;

  before(async () => {
    twin = await startTwin();
    dynamodb = dynamodbClient(twin.endpoints.dynamodb, twin.credentials);
  });
  after(() => twin?.close());

  describe('DynamoDB', () => dynamodbContract(() => dynamodb));
});
