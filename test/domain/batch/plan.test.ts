import assert from 'node:assert/strict';
import fc from 'fast-check';
import { defaultPrices } from '../../../domain/batch/cost.js';
import { type PlanRequest, planOf } from '../../../domain/batch/plan.js';
import type { SourceSurvey } from '../../../domain/batch/survey.js';

const spec: PlanRequest['spec'] = {
  source: { kind: 'prefix', bucket: 'b', prefix: '', userId: '{user_id}' },
  onExisting: 'skip',
  precheck: false,
  duplicates: false,
  rates: {},
  windows: [],
  policy: { name: 'default', version: 1 },
};
const asked: PlanRequest = {
  spec,
  quotas: { IndexFaces: 50, DetectFaces: 100, SearchFaces: 50, SearchFacesByImage: 50 },
  prices: defaultPrices,
  region: 'us-east-1',
  startAt: Date.parse('2026-03-02T00:00:00Z'),
};
const survey: SourceSurvey = {
  items: 1_000_000,
  bytes: 200_000_000_000,
  unusable: {},
  badLines: [],
  sizes: { over15Mb: 0, over5Mb: 0 },
  sample: { looked: 100, jpeg: 100, png: 0, other: 0, missing: 0, bytes: 20_000_000 },
  elsewhere: false,
  shards: [{ shard: 's1', collection: 'c1', faces: 0 }],
};
const plan = (changes: Partial<PlanRequest> = {}, found: Partial<SourceSurvey> = {}) =>
  planOf({ ...asked, ...changes }, { ...survey, ...found });
const near = (actual: number | undefined, expected: number) =>
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 0.01, `${actual} is not ${expected}`);
const codes = (made: ReturnType<typeof plan>) => made.warnings.map(({ code }) => code);

describe('planOf', () => {
  it('counts calls, time at the quota and cost of a million photos', () => {
    const made = plan();
    assert.deepEqual(made.index.calls, { IndexFaces: 1_000_000 });
    near(made.index.seconds, 1_000_000 / 49);
    near(made.index.cost.rekognition, 1_000);
    near(made.index.cost.s3, 0.005);
    near(made.index.cost.dynamodb, 3.125);
    near(made.total.cost, 1_003.13);
    near(made.total.faceStorageMonth, 10);
    assert.equal(made.bytes, 200_000_000_000);
    assert.deepEqual(codes(made), []);
    assert.equal(made.quotaRequest, undefined);
  });

  it('goes by the slower of rate and quota, and by the slowest API', () => {
    const precheck = { ...spec, precheck: true };
    near(plan({ spec: { ...precheck, rates: { DetectFaces: 20 } } }).index.seconds, 1_000_000 / 19.6);
    near(plan({ spec: { ...precheck, rates: { IndexFaces: 500 } } }).index.seconds, 1_000_000 / 49);
    assert.equal(plan({ quotas: {} }).index.seconds, undefined);
  });

  it('says the rates that a wished-for duration needs, and what to write to AWS', () => {
    const made = plan({ hours: 2, spec: { ...spec, duplicates: true } });
    assert.deepEqual(plan({ hours: 2 }).index.needed, { IndexFaces: 141.8 });
    assert.deepEqual(made.index.needed, { IndexFaces: 283.5 }, 'half of the time is the search’s');
    assert.deepEqual(made.duplicates.needed, { SearchFaces: 283.5 });
    assert.match(made.quotaRequest ?? '', /Region: us-east-1\n.*\n {2}IndexFaces: from 50 to 284\n/);
    assert.match(made.quotaRequest ?? '', / {2}IndexFaces: 1,000,000\n/);
    assert.match(made.quotaRequest ?? '', /200 KB on average/);
    assert.deepEqual(codes(made), ['quota_lower', 'quota_lower']);
    assert.match(
      made.warnings[0]?.message ?? '',
      /IndexFaces: the quota is 50 a second, 283.5 are asked for/,
    );
  });

  it('ends within the wished-for hours at the rates that it says they need', () => {
    const shards = ['a', 'b', 'c', 'd'].map((shard) => ({ shard, collection: shard, faces: 0 }));
    const windows = [
      { from: '08:00', to: '18:00', share: 0.2 },
      { from: '20:00', to: '22:00', share: 3 },
    ];
    const wished = { ...spec, duplicates: true, precheck: true, windows };
    for (const quotas of [asked.quotas, {}]) {
      const { index, duplicates } = plan({ hours: 30, quotas, spec: wished }, { shards });
      const needed = { ...index.needed, ...duplicates.needed };
      const made = plan({ quotas: needed, spec: { ...wished, rates: needed } }, { shards });
      // The second pass begins later in the day than the plan has it begin: a window's worth may be between them.
      assert.ok((made.total.seconds ?? Number.NaN) <= 36 * 3_600);
      assert.equal(made.quotaRequest, undefined);
    }
  });

  it('is never faster than the quota, in a window with a share above 1 either', () => {
    const windows = [{ from: '00:00', to: '24:00', share: 4 }];
    near(plan({ spec: { ...spec, windows, rates: { IndexFaces: 25 } } }).index.seconds, 1_000_000 / 49);
    near(plan({ spec: { ...spec, windows, rates: { IndexFaces: 10 } } }).index.seconds, 1_000_000 / 39.2);
  });

  it('needs more a second where hours rest, and takes longer', () => {
    const windows = [{ from: '00:00', to: '12:00', share: 0 }];
    assert.deepEqual(plan({ hours: 24, spec: { ...spec, windows } }).index.needed, { IndexFaces: 23.7 });
    near(plan({ spec: { ...spec, windows } }, { items: 4_900 }).index.seconds, 12 * 3_600 + 100);
    const never = plan({
      spec: { ...spec, rates: { IndexFaces: 5 }, windows: [{ from: '00:00', to: '24:00', share: 0 }] },
    });
    assert.ok(codes(never).includes('never_ends'));
  });

  it('prices the search for duplicates on its own, whether it is made or not', () => {
    const shards = ['a', 'b', 'c'].map((shard) => ({ shard, collection: shard, faces: 0 }));
    const made = plan({}, { shards });
    assert.deepEqual(made.duplicates.calls, { SearchFaces: 1_000_000, SearchFacesByImage: 1_000_000 });
    near(made.duplicates.cost.rekognition, 2_000_000 * 0.0008);
    near(made.total.cost, 1_003.13);
    near(plan({ spec: { ...spec, duplicates: true } }, { shards }).total.cost, 2_603.13);
  });

  it('comes to what was reckoned by hand', () => {
    const shards = ['a', 'b'].map((shard) => ({ shard, collection: shard, faces: 0 }));
    const rates = { IndexFaces: 10, DetectFaces: 90, SearchFaces: 45, SearchFacesByImage: 45 };
    const made = plan(
      { hours: 0.0001, spec: { ...spec, precheck: true, duplicates: true, rates } },
      { items: 7, unusable: { too_large: 1 }, bytes: 6_104_076, shards },
    );
    const { index, duplicates, total } = made;
    // 6 of IndexFaces at 10 a second x 98 %; 6 of each API at $0.001.
    assert.deepEqual(index.calls, { IndexFaces: 6, DetectFaces: 6 });
    assert.equal(index.seconds?.toFixed(4), (6 / 9.8).toFixed(4));
    assert.equal(index.cost.rekognition.toFixed(6), '0.012000');
    // 6 reads at $0.0004 and a list at $0.005 a thousand; 5 writes each at $0.625 a million.
    assert.deepEqual(
      [index.cost.s3.toFixed(8), index.cost.dynamodb.toFixed(8)],
      ['0.00000740', '0.00001875'],
    );
    // 0.36 s, by 0.6 s for indexing to 0.1333 s for searching: 0.2945 s and 0.0655 s.
    assert.deepEqual(index.needed, { IndexFaces: 20.8, DetectFaces: 20.8 });
    assert.deepEqual(duplicates.needed, { SearchFaces: 93.6, SearchFacesByImage: 46.8 });
    // Each face in its own shard, half of the photos in the other one.
    assert.deepEqual(duplicates.calls, { SearchFaces: 6, SearchFacesByImage: 3 });
    assert.equal(duplicates.cost.total.toFixed(6), '0.009000');
    assert.equal(total.cost.toFixed(8), '0.02102615');
    assert.match(made.quotaRequest ?? '', /for\n {2}SearchFaces: from 50 to 94\nUse case/);
  });

  it('tries what is usable, and of a trial only so many', () => {
    const made = plan(
      { spec: { ...spec, limit: 1_000 } },
      { unusable: { key_not_matched: 250_000, empty_file: 0 } },
    );
    assert.deepEqual([made.items, made.usable], [1_000, 750]);
    assert.equal(made.bytes, 200_000_000, 'of what is tried');
    assert.deepEqual(codes(made), ['unusable_items']);
  });

  it('counts transfer and requests where the bytes are read', () => {
    const manifest = {
      ...spec,
      source: { kind: 'manifest', bucket: 'b', key: 'm', format: 'csv', columns: { key: 'k' } },
    } as const;
    const made = plan({ spec: manifest }, { elsewhere: true, sizes: { over15Mb: 2, over5Mb: 9 } });
    near(made.index.cost.transfer, 4);
    near(made.index.cost.s3, 0.8);
    assert.deepEqual(codes(made), ['other_region', 'large_images', 'scaled_images']);
    assert.match(made.warnings[1]?.message ?? '', /^Over 15 MB, and rejected for that: 2 photos\./);
    const few = plan({ spec: manifest }, { sizes: { over15Mb: 2, over5Mb: 0, looked: 62 } });
    assert.match(few.warnings[0]?.message ?? '', /: 2 of 62 photos that were looked at\./);
  });

  it('counts a photo of another region once for every search by it', () => {
    const shards = ['a', 'b', 'c', 'd', 'e'].map((shard) => ({ shard, collection: shard, faces: 0 }));
    const made = plan({}, { elsewhere: true, shards });
    near(made.index.cost.transfer, 4);
    near(made.duplicates.cost.transfer, 8);
    near(made.duplicates.cost.s3, 0.8);
  });

  it('searches shards that take no new faces too, and where there are faces also the earlier ones', () => {
    const none = ['a', 'b'].map((shard) => ({ shard, collection: shard }));
    assert.equal(plan({}, { shards: none }).duplicates.calls.SearchFacesByImage, 500_000);
    const taking = { shard: 'a', collection: 'a', faces: 10 };
    const full = { shard: 'b', collection: 'b', faces: 10, takesNew: false };
    const made = plan({}, { shards: [taking, full] });
    assert.equal(made.duplicates.calls.SearchFacesByImage, 1_000_000);
    assert.deepEqual(
      made.shards.map(({ facesAfter }) => facesAfter),
      [1_000_010, 10],
    );
  });

  it('estimates bytes from the sample where nothing else says them', () => {
    const { bytes: _, ...unknown } = survey;
    const sample = { looked: 4, jpeg: 2, png: 0, other: 1, missing: 1, bytes: 300 };
    const made = planOf(asked, { ...unknown, sample });
    assert.equal(made.bytes, 100_000_000);
    assert.deepEqual(codes(made), ['not_images', 'missing_images']);
    const denied = planOf(asked, { ...unknown, sample: { ...sample, missing: 0, denied: 1 } });
    assert.equal(denied.bytes, 100_000_000);
    assert.deepEqual(codes(denied), ['not_images', 'no_access']);
    assert.equal(
      planOf(asked, { ...unknown, sample: { ...sample, looked: 0, missing: 0 } }).bytes,
      undefined,
    );
  });

  it('fills the shards evenly, and warns above 80 % of 20 million', () => {
    const made = plan(
      {},
      {
        shards: [
          { shard: 'a', collection: 'ca', faces: 15_900_000 },
          { shard: 'b', collection: 'cb', faces: 9_600_000 },
          { shard: 'c', collection: 'cc' },
        ],
      },
    );
    assert.deepEqual(
      made.shards.map(({ facesAfter }) => facesAfter),
      [16_233_334, 9_933_334, 333_334],
    );
    assert.deepEqual(codes(made), ['shard_missing', 'shard_fill']);
    assert.match(made.warnings[1]?.message ?? '', /Shard a would be 81 % full/);
  });

  it('warns of a ceiling that will be met, of nothing to do, and of a costly search', () => {
    assert.deepEqual(codes(plan({ spec: { ...spec, costCeiling: 999 } })), ['over_cost_ceiling']);
    assert.deepEqual(codes(plan({}, { items: 0, bytes: 0 })), ['empty_source']);
    assert.equal(plan({}, { items: 0, bytes: 0 }).total.seconds, 0);
    assert.deepEqual(codes(plan({ spec: { ...spec, duplicates: true } }, { items: 2_000_000 })), [
      'duplicates_costly',
    ]);
  });

  it('takes no longer and costs no less with more of everything', () => {
    fc.assert(
      fc.property(
        fc.nat(30_000_000),
        fc.nat(1_000_000),
        fc.integer({ min: 1, max: 500 }),
        (items, more, rate) => {
          const of = (count: number, IndexFaces: number) =>
            plan({ quotas: { IndexFaces } }, { items: count }).index;
          assert.ok(of(items + more, rate).cost.total >= of(items, rate).cost.total);
          assert.ok((of(items, rate * 2).seconds ?? 0) <= (of(items, rate).seconds ?? 0));
          assert.ok((of(items + more, rate).seconds ?? 0) >= (of(items, rate).seconds ?? 0));
        },
      ),
    );
  });
});
