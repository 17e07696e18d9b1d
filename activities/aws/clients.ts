import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import type { AwsSettings } from './settings.js';

export interface AwsClients {
  rekognition: RekognitionClient;
  dynamodb: DynamoDBClient;
  s3: S3Client;
  destroy(): void;
}

/** One attempt each: retries are Temporal's, where they can be seen and paced. */
export function createAwsClients(settings: AwsSettings): AwsClients {
  const common = { region: settings.AWS_REGION, maxAttempts: 1 };
  const rekognition = new RekognitionClient({
    ...common,
    region: settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION,
  });
  const dynamodb = new DynamoDBClient(common);
  // An endpoint of one's own rarely has a host name for each bucket.
  const s3 = new S3Client({ ...common, forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined });
  return {
    rekognition,
    dynamodb,
    s3,
    destroy() {
      for (const client of [rekognition, dynamodb, s3]) client.destroy();
    },
  };
}
