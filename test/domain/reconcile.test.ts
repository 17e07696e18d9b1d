import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { FaceRecord, FaceState } from '../../domain/face-record.js';
import {
  addPage,
  belongs,
  emptyReport,
  type Finding,
  heldBack,
  isLeftover,
  isOwned,
  refersTo,
  unrecoverable,
} from '../../domain/reconcile.js';
import { isFinal, statuses } from '../../domain/status.js';

const tenant = { account: 'a', mode: 'test' } as const;
const states: readonly FaceState[] = ['tentative', 'active', 'replaced', 'lost', 'erased'];
const row = (state: FaceState, faceId = 'f', key = 'k') =>
  ({ state, faces: { '1': { faceId } }, image: { key } }) as unknown as FaceRecord;
const finding = fc.record({
  kind: fc.constantFrom('ghost', 'orphan_face', 'stray_photo'),
  outcome: fc.constantFrom('mended', 'young', 'owned', 'unrecoverable'),
  tenant: fc.constant(tenant),
  what: fc.string(),
}) as fc.Arbitrary<Finding>;

describe('what reconciliation leaves alone', () => {
  it('is a face whose row counts it or stands in line, and a photo that such a row refers to', () => {
    assert.deepEqual(
      states.filter((state) => belongs(row(state), 'f')),
      ['tentative', 'active'],
    );
    assert.ok(!belongs(row('active', 'other'), 'f') && !belongs(undefined, 'f'));
    assert.deepEqual(
      states.filter((state) => refersTo(row(state), 'k')),
      ['tentative', 'active'],
    );
    assert.ok(!refersTo(row('active', 'f', 'other'), 'k') && !refersTo(undefined, 'k'));
  });

  it('is a row that counts, or is history', () => {
    assert.deepEqual(
      states.filter((state) => !isLeftover({ state })),
      ['active', 'replaced'],
    );
  });

  it('is whatever a workflow may be at work on: one that runs, or of which Temporal does not say that it ended', () => {
    for (const status of statuses) {
      assert.ok(!isOwned('ended', { status }));
      for (const workflow of ['running', 'unknown'] as const)
        assert.equal(isOwned(workflow, { status }), workflow === 'unknown' || !isFinal(status));
    }
    assert.ok(isOwned('running', undefined));
  });

  it('is everything that is young or owned, and all of it in a walk that only reports', () => {
    const time = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(
        fc.option(time, { nil: undefined }),
        time,
        time,
        fc.boolean(),
        fc.boolean(),
        (since, now, graceMs, owned, mend) => {
          const held = heldBack({ since, owned }, { graceMs, mend, now });
          const old = since !== undefined && now - since >= graceMs;
          if (held === undefined) assert.ok(mend && !owned && old);
          else assert.ok(!mend || owned || !old, held);
        },
      ),
    );
  });
});

describe('the report of a reconciliation', () => {
  it('counts every finding, lists two hundred, and those for an operator first', () => {
    fc.assert(
      fc.property(fc.array(fc.array(finding, { maxLength: 90 }), { maxLength: 6 }), (pages) => {
        const report = pages.reduce(
          (sum, findings) => addPage(sum, { examined: { rows: 1 }, findings }),
          emptyReport(1, true),
        );
        const all = pages.flat();
        const counted = Object.values(report.counts).flatMap((of) => Object.values(of));
        assert.equal(
          counted.reduce((sum, count) => sum + count, 0),
          all.length,
        );
        assert.equal(report.findings.length, Math.min(200, all.length));
        assert.equal(report.findings.length + report.unlisted, all.length);
        const forOperator = all.filter(({ outcome }) => outcome === 'unrecoverable').length;
        assert.equal(unrecoverable(report), forOperator);
        const listed = report.findings.findLastIndex(({ outcome }) => outcome === 'unrecoverable') + 1;
        assert.equal(listed, Math.min(200, forOperator));
        assert.equal(report.examined.rows, pages.length);
      }),
    );
  });
});
