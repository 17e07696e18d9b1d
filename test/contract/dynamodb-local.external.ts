import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requirement } from '../support/requirement.js';
import { dynamodbClient } from './clients.js';
import { dynamodbContract } from './dynamodb-contract.js';
import { dynamodbLocal, type ExternalServer } from './servers.js';

describe('DynamoDB Local keeps the contract', () => {
  let server: ExternalServer | undefined;
  let client: DynamoDBClient;

  before(async function () {
    this.timeout(11 * 60_000);
    const available = await dynamodbLocal();
    requirement(this, 'Java and Maven', 'missing' in available ? available.missing : undefined);
    if ('missing' in available) return;
    server = await available.start();
    client = dynamodbClient(server.endpoint, { accessKeyId: 'local', secretAccessKey: 'local' });
  });
  after(() => server?.close());

  dynamodbContract(() => client, {
    'describes the encryption of a table': 'DynamoDB Local does not keep SSESpecification.',
    'tags a table': 'Tagging is not currently supported in DynamoDB Local.',
  });
});
