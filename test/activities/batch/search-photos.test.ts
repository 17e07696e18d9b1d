import assert from 'node:assert/strict';
import { searchChunk } from '../../../activities/batch/search-chunk.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import type { Tenant } from '../../../domain/session.js';
import { thresholdsFor } from '../../../domain/thresholds.js';
import { people, photo } from '../../support/photos.js';
import { policyWith } from '../../support/session-fixtures.js';
import { type IndexedItem, indexedItem, JOB } from '../support/indexed-item.js';
import { type OnTwin, startOnTwin } from '../support/on-twin.js';
import { refOf } from '../support/pictures.js';
import { attempt } from '../support/try-of.js';

/** Letters only: what a pseudonym of these tests is made of. */
const letter = (at: number) => String.fromCharCode(97 + at);

describe('duplicates among photos of people', () => {
  const policy = policyWith();
  let aws: OnTwin;
  let tenant: Tenant;
  const indexed: (IndexedItem & { image: ImageRef; person: string })[] = [];

  before(async function () {
    this.timeout(60_000);
    aws = await startOnTwin();
    tenant = await aws.tenant();
    const { ports } = aws;
    const files = Object.entries(people).flatMap(([person, names]) =>
      names.map((name) => ({ person, name })),
    );
    for (const [at, { person, name }] of files.entries()) {
      const bytes = photo(name);
      const image = refOf(bytes, ports.photoVersions.bucket, `imports/${tenant.account}/test/${name}`);
      await ports.photos.put(image, bytes, 'image/jpeg');
      // Two photos a user, so that some pairs are of one user, over two shards and three chunks.
      const user = `${person}${letter(Math.floor(at / 2))}`;
      const place = { chunk: at % 3, shard: `s${at % 2}`, serial: letter(at) };
      indexed.push({ ...(await indexedItem(aws, tenant, { user, image, ...place })), image, person });
    }
  });

  it('are all that CompareFaces scores at or above the threshold, each once, and no others', async function () {
    this.timeout(60_000);
    const chunks = [0, 1, 2].map((chunk) =>
      attempt().run(() =>
        searchChunk(aws.ports, {
          tenant,
          jobId: JOB,
          policy,
          chunk,
          pace: { rates: {}, next: {}, allowed: 1 },
          everywhere: false,
          concurrency: 4,
        }),
      ),
    );
    const results = (await Promise.all(chunks)) as Awaited<ReturnType<typeof searchChunk>>[];
    const { pairs } = await aws.ports.batches.pairs(tenant, JOB, { limit: 1_000 });
    const found = pairs.map(({ first, second }) => [first.faceKey, second.faceKey].sort().join()).sort();

    const { duplicate } = thresholdsFor(policy, '7.0');
    const expected: string[] = [];
    const ofOne: string[] = [];
    for (const [at, one] of indexed.entries()) {
      for (const other of indexed.slice(at + 1)) {
        if (one.subject === other.subject) continue;
        const { faces } = aws.ports;
        const compared = { source: one.image, target: other.image, qualityFilter: 'NONE' } as const;
        const answer = await faces.compareFaces(compared);
        const similarity = 'similarity' in answer ? answer.similarity : 0;
        const key = [one.itemId, other.itemId].sort().join();
        if (similarity >= duplicate) expected.push(key);
        if (one.person === other.person) ofOne.push(key);
      }
    }
    assert.deepEqual(found, expected.sort());
    assert.ok(expected.length > 3, `only ${expected.length} pairs`);
    assert.ok(
      found.every((key) => ofOne.includes(key)),
      'a pair of different people',
    );
    assert.equal(
      results.reduce((sum, result) => sum + result.pairs, 0),
      found.length,
    );
  });
});
