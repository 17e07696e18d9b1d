import { createHmac, randomUUID } from 'node:crypto';
import {
  CreateBucketCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';

export const API = 'https://docs.aws.amazon.com/AmazonS3/latest/API';
export const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';

const buckets = new WeakMap<S3Client, Promise<string>>();

/** A bucket that the checks of one client share; every check uses keys of its own. */
export function sharedBucket(client: S3Client): Promise<string> {
  let bucket = buckets.get(client);
  if (!bucket) {
    bucket = newBucket(client);
    buckets.set(client, bucket);
  }
  return bucket;
}

export async function newBucket(client: S3Client): Promise<string> {
  const Bucket = `contract-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/** The shared bucket, and a key that nobody else uses. */
export async function freeKey(client: S3Client): Promise<{ Bucket: string; Key: string }> {
  return { Bucket: await sharedBucket(client), Key: `key-${randomUUID()}` };
}

export async function put(client: S3Client, input: PutObjectCommandInput) {
  return client.send(new PutObjectCommand(input));
}

/** The object's text. */
export async function text(client: S3Client, input: GetObjectCommandInput): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand(input));
  return Body?.transformToString();
}

export interface Presigned {
  method: 'GET' | 'PUT';
  Bucket: string;
  Key: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** Seconds; 60 by default. */
  expiresIn?: number;
  signingDate?: Date;
}

/** A presigned URL by the SDK's own signer. Give the `headers` to the request as well. */
export async function presign(client: S3Client, options: Presigned): Promise<string> {
  const { method, Bucket, Key, query = {}, headers = {}, expiresIn = 60, signingDate = new Date() } = options;
  const { protocol, hostname, port } = await endpointOf(client);
  const path = `/${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
  const signer = await client.config.signer();
  const request = {
    method,
    protocol,
    hostname,
    port,
    path,
    query,
    headers: {
      host: port ? `${hostname}:${port}` : hostname,
      'x-amz-content-sha256': 'UNSIGNED-PAYLOAD', // whoever gets the URL brings the body
      ...headers,
    },
  };
  const presigned = signer as unknown as {
    presign(request: object, options: object): Promise<{ query: Record<string, string> }>;
  };
  const signed = await presigned.presign(request, {
    expiresIn,
    signingDate,
    unhoistableHeaders: new Set(Object.keys(headers)),
  });
  return `${protocol}//${request.headers.host}${path}?${new URLSearchParams(signed.query)}`;
}

export async function endpointOf(
  client: S3Client,
): Promise<{ protocol: string; hostname: string; port?: number; origin: string }> {
  const endpoint = await client.config.endpoint?.();
  if (!endpoint) throw new Error('The client has no endpoint.');
  const { protocol, hostname, port } = endpoint;
  return {
    protocol,
    hostname,
    ...(port && { port }),
    origin: `${protocol}//${hostname}${port ? `:${port}` : ''}`,
  };
}

export type PolicyCondition = Record<string, string> | [string, string | number, string | number];

/** The fields of a browser's form, allowed by a policy with `conditions` (and one for each field given). */
export async function postForm(
  client: S3Client,
  bucket: string,
  fields: Record<string, string>,
  conditions: PolicyCondition[],
  expiresAt = new Date(Date.now() + 60_000),
): Promise<Record<string, string>> {
  const { accessKeyId, secretAccessKey } = await client.config.credentials();
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = [date.slice(0, 8), 'us-east-1', 's3', 'aws4_request'];
  const all: Record<string, string> = {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': [accessKeyId, ...scope].join('/'),
    'x-amz-date': date,
  };
  const exact = Object.entries(all)
    .filter(([name]) => name !== 'key' && name !== 'Content-Type')
    .map(([name, value]) => ({ [name]: value }));
  const policy = Buffer.from(
    JSON.stringify({
      expiration: expiresAt.toISOString(),
      conditions: [{ bucket }, ...exact, ...conditions],
    }),
  ).toString('base64');
  const key = scope.reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  return { ...all, policy, 'x-amz-signature': createHmac('sha256', key).update(policy).digest('hex') };
}

/** Sends the form as a browser does, the file last. */
export async function sendForm(
  client: S3Client,
  bucket: string,
  fields: Record<string, string>,
  file: Uint8Array,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', new Blob([Uint8Array.from(file)]), 'photo.jpg');
  const { origin } = await endpointOf(client);
  return fetch(`${origin}/${bucket}`, { method: 'POST', body: form, redirect: 'manual' });
}
