import assert from 'node:assert/strict';
import { GetObjectCommand, HeadObjectCommand, PutBucketCorsCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { s3Client } from './clients.js';
import {
  API,
  endpointOf,
  freeKey,
  GUIDE,
  newBucket,
  type PolicyCondition,
  postForm,
  presign,
  put,
  sendForm,
  text,
} from './s3-fixture.js';

const PHOTO = Buffer.from('not really a photo');
const SIZE: PolicyCondition = ['content-length-range', 1, 100];

export const browserChecks: Check<S3Client>[] = [
  {
    name: 'gives an object to whoever has its presigned URL, with the headers that the URL says',
    page: `${API}/sigv4-query-string-auth.html`,
    async run(client) {
      const key = await freeKey(client);
      await put(client, { ...key, Body: PHOTO });
      const query = { 'response-content-disposition': 'inline', 'response-content-type': 'image/webp' };
      const url = await presign(client, { method: 'GET', ...key, query });
      const response = await fetch(url);
      assert.equal(response.status, 200);
      assert.equal(await response.text(), PHOTO.toString());
      assert.equal(response.headers.get('content-disposition'), 'inline');
      assert.equal(response.headers.get('content-type'), 'image/webp');
    },
  },
  {
    name: 'refuses presigned URLs that were changed or have expired',
    page: `${API}/sigv4-query-string-auth.html`,
    async run(client) {
      const key = await freeKey(client);
      await put(client, { ...key, Body: PHOTO });
      const url = await presign(client, { method: 'GET', ...key });
      const denied = async (changed: string, code: RegExp) => {
        const response = await fetch(changed);
        assert.equal(response.status, 403);
        assert.match(await response.text(), code);
      };
      await denied(url.replace(key.Key, `${key.Key}x`), /SignatureDoesNotMatch/);
      await denied(url.replace('X-Amz-Expires=60', 'X-Amz-Expires=600'), /SignatureDoesNotMatch/);
      const signingDate = new Date(Date.now() - 120_000);
      await denied(await presign(client, { method: 'GET', ...key, signingDate }), /AccessDenied/);
    },
  },
  {
    name: 'takes an object from whoever has a presigned URL for it, of the type that was signed',
    page: `${GUIDE}/PresignedUrlUploadObject.html`,
    async run(client) {
      const key = await freeKey(client);
      const headers = { 'content-type': 'image/jpeg' };
      const url = await presign(client, { method: 'PUT', ...key, headers });
      const wrong = await fetch(url, {
        method: 'PUT',
        body: PHOTO,
        headers: { 'content-type': 'text/html' },
      });
      assert.equal(wrong.status, 403);
      const right = await fetch(url, { method: 'PUT', body: PHOTO, headers });
      assert.equal(right.status, 200);
      const head = await client.send(new HeadObjectCommand(key));
      assert.deepEqual([head.ContentType, head.ContentLength], ['image/jpeg', PHOTO.length]);
    },
  },
  {
    name: 'takes a form that keeps its policy',
    page: `${API}/sigv4-HTTPPOSTConstructPolicy.html`,
    async run(client) {
      const { Bucket, Key } = await freeKey(client);
      const type: PolicyCondition = ['starts-with', '$Content-Type', 'image/'];
      const prefix: PolicyCondition = ['starts-with', '$key', Key];
      const fields = {
        key: `${Key}/\${filename}`,
        'Content-Type': 'image/jpeg',
        success_action_status: '201',
      };
      const form = await postForm(client, Bucket, fields, [type, prefix, SIZE]);
      const response = await sendForm(client, Bucket, form, PHOTO);
      const answer = await response.text();
      assert.equal(response.status, 201, answer);
      assert.match(answer, /<Key>.*photo\.jpg<\/Key>/);
      const head = await client.send(new HeadObjectCommand({ Bucket, Key: `${Key}/photo.jpg` }));
      assert.equal(head.ContentType, 'image/jpeg');
      const silent = await postForm(client, Bucket, { key: Key }, [prefix, SIZE]);
      assert.equal((await sendForm(client, Bucket, silent, PHOTO)).status, 204);
      assert.equal(await text(client, { Bucket, Key }), PHOTO.toString());
    },
  },
  {
    name: 'refuses a form that breaks its policy',
    page: `${API}/sigv4-HTTPPOSTConstructPolicy.html`,
    async run(client) {
      const { Bucket, Key } = await freeKey(client);
      const fields = { key: Key, 'Content-Type': 'image/jpeg' };
      const rules: PolicyCondition[] = [{ key: Key }, ['starts-with', '$Content-Type', 'image/'], SIZE];
      const form = await postForm(client, Bucket, fields, rules);
      const refused = async (changes: Record<string, string>, file: Buffer, status: number, code: RegExp) => {
        const response = await sendForm(client, Bucket, { ...form, ...changes }, file);
        assert.equal(response.status, status);
        assert.match(await response.text(), code);
      };
      await refused({}, Buffer.alloc(101), 400, /EntityTooLarge/);
      await refused({}, Buffer.alloc(0), 400, /EntityTooSmall/);
      await refused({ 'Content-Type': 'text/html' }, PHOTO, 403, /AccessDenied/);
      await refused({ key: 'elsewhere' }, PHOTO, 403, /AccessDenied/);
      await refused({ 'x-amz-signature': '0'.repeat(64) }, PHOTO, 403, /SignatureDoesNotMatch/);
      const late = await postForm(client, Bucket, fields, rules, new Date(Date.now() - 1000));
      const response = await sendForm(client, Bucket, late, PHOTO);
      assert.equal(response.status, 403);
      await response.text();
      await rejected(client.send(new HeadObjectCommand({ Bucket, Key })), 'NotFound', 404);
    },
  },
  {
    name: 'refuses a form with a field that its policy does not mention',
    page: `${API}/sigv4-HTTPPOSTConstructPolicy.html`,
    async run(client) {
      const { Bucket, Key } = await freeKey(client);
      const form = await postForm(client, Bucket, { key: Key }, [{ key: Key }, SIZE]);
      const response = await sendForm(client, Bucket, { ...form, 'x-amz-meta-role': 'admin' }, PHOTO);
      assert.equal(response.status, 403);
      assert.match(await response.text(), /AccessDenied/);
    },
  },
  {
    name: 'lets pages of an allowed origin in, and no others',
    page: `${GUIDE}/cors.html`,
    async run(client) {
      const Bucket = await newBucket(client);
      const rule = {
        AllowedOrigins: ['https://*.example.com'],
        AllowedMethods: ['GET', 'PUT'],
        AllowedHeaders: ['content-type'],
        ExposeHeaders: ['ETag'],
        MaxAgeSeconds: 600,
      };
      await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [rule] } }));
      await put(client, { Bucket, Key: 'k', Body: PHOTO });
      const { origin } = await endpointOf(client);
      const preflight = (from: string, method: string) =>
        fetch(`${origin}/${Bucket}/k`, {
          method: 'OPTIONS',
          headers: {
            origin: from,
            'access-control-request-method': method,
            'access-control-request-headers': 'content-type',
          },
        });
      const allowed = await preflight('https://app.example.com', 'PUT');
      assert.equal(allowed.status, 200);
      assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://app.example.com');
      assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /PUT/);
      assert.equal((await preflight('https://evil.example', 'PUT')).status, 403);
      assert.equal((await preflight('https://app.example.com', 'DELETE')).status, 403);
      const url = await presign(client, { method: 'GET', Bucket, Key: 'k' });
      const read = await fetch(url, { headers: { origin: 'https://app.example.com' } });
      assert.equal(read.headers.get('access-control-allow-origin'), 'https://app.example.com');
      assert.match(read.headers.get('access-control-expose-headers') ?? '', /ETag/i);
      await read.arrayBuffer();
    },
  },
  {
    name: 'refuses another secret',
    page: `${API}/ErrorResponses.html`,
    async run(client) {
      const key = await freeKey(client);
      const { accessKeyId } = await client.config.credentials();
      const { origin } = await endpointOf(client);
      const other = s3Client(origin, { accessKeyId, secretAccessKey: 'wrong' });
      await rejected(other.send(new GetObjectCommand(key)), 'SignatureDoesNotMatch', 403);
    },
  },
];
