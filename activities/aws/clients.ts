import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { TextractClient } from '@aws-sdk/client-textract';
import { endpointOf } from './endpoints.js';
import type { AwsSettings } from './settings.js';

/** The SDK's clients, one a service. */
export interface AwsClients {
  rekognition: RekognitionClient;
  textract: TextractClient;
  dynamodb: DynamoDBClient;
  s3: S3Client;
  destroy(): void;
}

/** How long a call may wait for its answer, in milliseconds. */
export interface RequestTimeouts {
  rekognition: number;
  textract: number;
  dynamodb: number;
  s3: number;
}

/**
 * Below the time of the shortest activity that makes such a call (`workflows/activities.ts`: 8 s, for the commit 5 s, for
 * a document 20 s), so that no request outlives its attempt. A login has less; its requests end with it (`observe.ts`).
 */
const REQUEST_TIMEOUTS: RequestTimeouts = {
  rekognition: 6_000,
  textract: 15_000,
  dynamodb: 4_000,
  s3: 6_000,
};

/** Somebody waits: a host that does not take the connection in this time is not going to. */
const CONNECTION_TIMEOUT_MS = 1_000;

/** The SDK's own 50 would hold a burst of searches back before the pace and the quota do. */
const MAX_SOCKETS = 200;

/** How clients send, whatever the service. */
const sending = (requestTimeout: number) => ({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout,
    throwOnRequestTimeout: true, // the SDK's default is to warn and wait on
    socketTimeout: requestTimeout, // the same for an answer that breaks off in its midst
    httpAgent: { maxSockets: MAX_SOCKETS },
    httpsAgent: { maxSockets: MAX_SOCKETS },
  },
});

/** S3 in one region. */
function createS3Client(region: string, requestTimeout: number): S3Client {
  return new S3Client({
    ...sending(requestTimeout),
    region,
    // An endpoint of one's own rarely has a host name for each bucket, and AWS's take both styles.
    forcePathStyle: endpointOf('S3') !== undefined,
  });
}

/** S3 by the region of a bucket: where none is named, the service's. Its clients are made as they are needed. */
export interface S3Clients {
  in(region?: string): S3Client;
  /** Of those that were made. */
  destroy(): void;
}

/** @param home of the service's own region; it is not destroyed here */
export function createS3Clients(home: S3Client, homeRegion: string): S3Clients {
  const clients = new Map<string, S3Client>();
  return {
    in(region) {
      if (region === undefined || region === homeRegion) return home;
      const client = clients.get(region) ?? createS3Client(region, REQUEST_TIMEOUTS.s3);
      clients.set(region, client);
      return client;
    },
    destroy() {
      for (const client of clients.values()) client.destroy();
    },
  };
}

/**
 * One attempt each: retries are Temporal's, where they can be seen and paced. A call without an answer in time is an error
 * `TimeoutError`.
 */
export function createAwsClients(settings: AwsSettings, timeouts = REQUEST_TIMEOUTS): AwsClients {
  const common = (requestTimeout: number) => ({
    ...sending(requestTimeout),
    region: settings.AWS_REGION,
  });
  const region = settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION;
  const rekognition = new RekognitionClient({ ...common(timeouts.rekognition), region });
  const textract = new TextractClient({ ...common(timeouts.textract), region });
  const dynamodb = new DynamoDBClient(common(timeouts.dynamodb));
  const s3 = createS3Client(settings.AWS_REGION, timeouts.s3);
  return {
    rekognition,
    textract,
    dynamodb,
    s3,
    destroy() {
      for (const client of [rekognition, textract, dynamodb, s3]) client.destroy();
    },
  };
}
