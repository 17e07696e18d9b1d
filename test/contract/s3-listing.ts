import assert from 'node:assert/strict';
import { ListObjectsV2Command, type ListObjectsV2CommandInput, type S3Client } from '@aws-sdk/client-s3';
import { type Check, rejected } from './check.js';
import { API, newBucket, put } from './s3-fixture.js';

/** In the order that S3 lists them: by the bytes of their UTF-8. */
const KEYS = ['A', 'a', 'a b', 'a/', 'a/1', 'a/2', 'a/2/x', 'a//z', 'b/1', 'c+d', 'z', '\u{ff5e}', '😀'].sort(
  (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)),
);

const filled = new WeakMap<S3Client, Promise<string>>();

export const listingChecks: Check<S3Client>[] = [
  {
    name: 'lists keys in UTF-8 order, whole or page by page',
    page: `${API}/API_ListObjectsV2.html`,
    async run(client) {
      const Bucket = await filledBucket(client);
      for (const MaxKeys of [1000, 1, 3, 5]) {
        assert.deepEqual((await all(client, { Bucket, MaxKeys })).keys, KEYS, `MaxKeys ${MaxKeys}`);
      }
      const [first] = (await client.send(new ListObjectsV2Command({ Bucket }))).Contents ?? [];
      assert.equal(first?.Size, Buffer.byteLength(KEYS[0] ?? ''));
      assert.match(first?.ETag ?? '', /^"[0-9a-f]{32}"$/);
    },
  },
  {
    name: 'lists keys under a prefix, and after a key',
    page: `${API}/API_ListObjectsV2.html`,
    async run(client) {
      const Bucket = await filledBucket(client);
      const under = KEYS.filter((key) => key.startsWith('a/'));
      for (const MaxKeys of [1000, 1, 2]) {
        assert.deepEqual((await all(client, { Bucket, Prefix: 'a/', MaxKeys })).keys, under);
      }
      const after = (await all(client, { Bucket, StartAfter: 'a/2' })).keys;
      assert.deepEqual(after, KEYS.slice(KEYS.indexOf('a/2') + 1));
      assert.deepEqual(await all(client, { Bucket, Prefix: 'nothing' }), { keys: [], prefixes: [] });
    },
  },
  {
    name: 'rolls keys up to a delimiter, each prefix once over all pages',
    page: `${API}/API_ListObjectsV2.html`,
    async run(client) {
      const Bucket = await filledBucket(client);
      for (const MaxKeys of [1000, 1, 2]) {
        const top = await all(client, { Bucket, Delimiter: '/', MaxKeys });
        assert.deepEqual(top.prefixes, ['a/', 'b/'], `MaxKeys ${MaxKeys}`);
        assert.deepEqual(
          top.keys,
          KEYS.filter((key) => !key.includes('/')),
        );
        const below = await all(client, { Bucket, Delimiter: '/', Prefix: 'a/', MaxKeys });
        assert.deepEqual(below, { keys: ['a/', 'a/1', 'a/2'], prefixes: ['a//', 'a/2/'] });
      }
    },
  },
  {
    name: 'encodes keys on request',
    page: `${API}/API_ListObjectsV2.html`,
    async run(client) {
      const Bucket = await filledBucket(client);
      const { Contents } = await client.send(
        new ListObjectsV2Command({ Bucket, EncodingType: 'url', Prefix: 'c+' }),
      );
      assert.deepEqual(
        Contents?.map(({ Key }) => Key),
        ['c%2Bd'],
      );
    },
  },
  {
    name: 'answers NoSuchBucket to the list of a bucket that does not exist',
    page: `${API}/API_ListObjectsV2.html#API_ListObjectsV2_Errors`,
    async run(client) {
      const list = new ListObjectsV2Command({ Bucket: 'contract-no-such-bucket' });
      await rejected(client.send(list), 'NoSuchBucket', 404);
    },
  },
];

function filledBucket(client: S3Client): Promise<string> {
  let bucket = filled.get(client);
  if (!bucket) {
    bucket = newBucket(client).then(async (Bucket) => {
      await Promise.all(KEYS.map((Key) => put(client, { Bucket, Key, Body: Key })));
      return Bucket;
    });
    filled.set(client, bucket);
  }
  return bucket;
}

/** Keys and common prefixes of all pages. */
async function all(
  client: S3Client,
  input: ListObjectsV2CommandInput,
): Promise<{ keys: string[]; prefixes: string[] }> {
  const found = { keys: [] as string[], prefixes: [] as string[] };
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ ...input, ...(token && { ContinuationToken: token }) }),
    );
    const keys = page.Contents?.map(({ Key }) => Key ?? '') ?? [];
    const prefixes = page.CommonPrefixes?.map(({ Prefix }) => Prefix ?? '') ?? [];
    assert.equal(page.KeyCount, keys.length + prefixes.length);
    assert.equal(page.IsTruncated ?? false, page.NextContinuationToken !== undefined);
    found.keys.push(...keys);
    found.prefixes.push(...prefixes);
    token = page.NextContinuationToken;
  } while (token);
  return found;
}
