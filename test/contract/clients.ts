import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';

type Credentials = { accessKeyId: string; secretAccessKey: string };

/** One attempt only: a contract that needs a second try is not kept. */
export function dynamodbClient(endpoint: string, credentials: Credentials): DynamoDBClient {
  return new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

/** See {@link dynamodbClient}. */
export function s3Client(endpoint: string, credentials: Credentials): S3Client {
  return new S3Client({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1, forcePathStyle: true });
}
