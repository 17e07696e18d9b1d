import assert from 'node:assert/strict';
import fc from 'fast-check';
import { listObjectsV2 } from '../../../local/s3/operations/list-objects.js';
import { listObjectVersions } from '../../../local/s3/operations/list-versions.js';
import type { S3Request } from '../../../local/s3/request.js';
import { openStore, type Store } from '../../../local/s3/store.js';
import { putVersion } from '../../../local/s3/write-version.js';
import { childNodes, childText, parseXml, type XmlNode } from '../../../local/s3/xml.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** Few characters, so that prefixes, delimiters and equal beginnings are common; two that UTF-16 orders otherwise. */
const key = fc
  .array(fc.constantFrom('a', 'b', '/', ' ', '\u{ff5e}', '😀'), { minLength: 1, maxLength: 6 })
  .map((characters) => characters.join(''));
const utf8 = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

describe('Lists of S3', () => {
  let directory: ReturnType<typeof temporaryDirectory>;
  let store: Store;
  let buckets = 0;

  before(async () => {
    directory = temporaryDirectory();
    store = await openStore(directory.path);
  });
  after(async () => {
    await store?.close();
    directory.remove();
  });

  async function filled(keys: string[]): Promise<string> {
    const name = `bucket-${buckets++}`;
    await store.metadata.buckets.put(name, { name, createdAt: 0, region: 'us-east-1', configuration: {} });
    const object = {
      headers: {},
      metadata: {},
      encryption: { algorithm: 'AES256' },
      tags: {},
      blob: '00000000',
      size: 0,
      etag: '',
      checksums: { values: {} },
    };
    for (const key of keys) await putVersion(store, name, key, object);
    return name;
  }

  it('give every key and common prefix exactly once, in UTF-8 order, whatever the pages', async () => {
    const inputs = [
      fc.uniqueArray(key, { maxLength: 15 }),
      fc.constantFrom('', 'a', 'a/', '/', '😀'),
      fc.constantFrom('', '/', 'b'),
      fc.integer({ min: 1, max: 5 }),
    ] as const;
    await fc.assert(
      fc.asyncProperty(...inputs, async (keys, prefix, delimiter, max) => {
        const bucket = await filled(keys);
        const expected = { keys: [] as string[], prefixes: new Set<string>() };
        for (const each of [...keys].sort(utf8)) {
          if (!each.startsWith(prefix)) continue;
          const cut = delimiter === '' ? -1 : each.indexOf(delimiter, prefix.length);
          if (cut < 0) expected.keys.push(each);
          else expected.prefixes.add(each.slice(0, cut + delimiter.length));
        }
        const query = { 'list-type': '2', prefix, delimiter, 'max-keys': String(max) };
        const found = await pages(query, bucket, listObjectsV2, 'ListBucketResult', ['Contents'], (root) => ({
          'continuation-token': childText(root, 'NextContinuationToken'),
        }));
        assert.deepEqual(found, { keys: expected.keys, prefixes: [...expected.prefixes].sort(utf8) });
        const versions = await pages(
          query,
          bucket,
          listObjectVersions,
          'ListVersionsResult',
          ['Version'],
          (root) => ({
            'key-marker': childText(root, 'NextKeyMarker'),
            'version-id-marker': childText(root, 'NextVersionIdMarker'),
          }),
        );
        assert.deepEqual(versions, found);
      }),
      { numRuns: 60 },
    );
  });

  /** Keys and prefixes over all pages. */
  async function pages(
    query: Record<string, string>,
    bucket: string,
    list: (store: Store, request: S3Request) => Promise<{ body?: unknown }>,
    root: string,
    [entries = '']: string[],
    next: (root: XmlNode) => Record<string, string | undefined>,
  ): Promise<{ keys: string[]; prefixes: string[] }> {
    const found = { keys: [] as string[], prefixes: [] as string[] };
    let more: Record<string, string | undefined> | undefined = {};
    while (more) {
      const given = Object.entries({ ...query, ...more }).filter(([, value]) => value) as [string, string][];
      const request = {
        method: 'GET',
        bucket,
        key: '',
        query: new Map(given),
        headers: {},
        body: Buffer.alloc(0),
      };
      const { body } = await list(store, request);
      const page = parseXml(Buffer.from(String(body)), root, [entries, 'CommonPrefixes']);
      const keys = childNodes(page, entries).map((entry) => childText(entry, 'Key') ?? '');
      const prefixes = childNodes(page, 'CommonPrefixes').map((entry) => childText(entry, 'Prefix') ?? '');
      assert.ok(keys.length + prefixes.length <= Number(query['max-keys']));
      found.keys.push(...keys);
      found.prefixes.push(...prefixes);
      more = childText(page, 'IsTruncated') === 'true' ? next(page) : undefined;
    }
    return found;
  }
});
