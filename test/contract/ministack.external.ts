import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requirement } from '../support/requirement.js';
import { dynamodbClient } from './clients.js';
import { dynamodbContract } from './dynamodb-contract.js';
import { type ExternalServer, ministack } from './servers.js';

describe('MiniStack keeps the contract', () => {
  let server: ExternalServer | undefined;
  let dynamodb: DynamoDBClient;

  before(async function () {
    this.timeout(11 * 60_000);
    const available = await ministack();
    requirement(this, 'Python 3', 'missing' in available ? available.missing : undefined);
    if ('missing' in available) return;
    server = await available.start();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    dynamodb = dynamodbClient(server.endpoint, credentials);
  });
  after(() => server?.close());

  describe('DynamoDB', () => dynamodbContract(() => dynamodb));
});
