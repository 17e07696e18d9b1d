import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { requirement } from '../support/requirement.js';
import { dynamodbClient, s3Client } from './clients.js';
import { dynamodbContract } from './dynamodb-contract.js';
import { s3Contract } from './s3-contract.js';
import { type ExternalServer, ministack } from './servers.js';

describe('MiniStack keeps the contract', () => {
  let server: ExternalServer | undefined;
  let dynamodb: DynamoDBClient;
  let s3: S3Client;

  before(async function () {
    this.timeout(11 * 60_000);
    const available = await ministack();
    requirement(this, 'Python 3', 'missing' in available ? available.missing : undefined);
    if ('missing' in available) return;
    server = await available.start();
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    dynamodb = dynamodbClient(server.endpoint, credentials);
    s3 = s3Client(server.endpoint, credentials);
  });
  after(() => server?.close());

  describe('DynamoDB', () => dynamodbContract(() => dynamodb));

  describe('S3', () =>
    s3Contract(() => s3, {
      'takes a key of 1,024 bytes and no longer one': 'MiniStack takes longer keys.',
      'computes the checksum of the whole object on request': 'MiniStack gives a composite checksum.',
      'refuses parts that were not uploaded, out of order, or too small in the middle':
        'MiniStack takes parts in any order.',
      'refuses another secret': 'MiniStack lets its built-in key in with any secret.',
    }));
});
