import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { startTwin, type Twin } from '../../local/twin.js';
import { dynamodbClient, s3Client } from './clients.js';
import { dynamodbContract } from './dynamodb-contract.js';
import { s3Contract } from './s3-contract.js';

describe('The twin keeps the contract', () => {
  let twin: Twin;
  let dynamodb: DynamoDBClient;
  let s3: S3Client;

  before(async () => {
    twin = await startTwin();
    dynamodb = dynamodbClient(twin.endpoints.dynamodb, twin.credentials);
    s3 = s3Client(twin.endpoints.s3, twin.credentials);
  });
  after(() => twin?.close());

  describe('DynamoDB', () => dynamodbContract(() => dynamodb));

  describe('S3', () => s3Contract(() => s3));
});
