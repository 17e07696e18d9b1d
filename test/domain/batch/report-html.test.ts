import assert from 'node:assert/strict';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { newBatchJob } from '../../../domain/batch/new-job.js';
import { type BatchReport, type PairCounts, reportOf } from '../../../domain/batch/report.js';
import { reportHtml } from '../../../domain/batch/report-html.js';
import { say } from '../../../domain/batch/report-text.js';

const START = Date.parse('2026-03-02T10:00:00Z');
const spec = {
  source: { kind: 'prefix', bucket: 'photos', prefix: 'a/', userId: '{user_id}' },
  onExisting: 'skip',
  precheck: false,
  rates: { IndexFaces: 45 },
  windows: [{ from: '08:00', to: '20:00', share: 0.5 }],
  policy: { name: 'default', version: 1 },
} as const;
const counts = {
  indexed: 900,
  'rejected/no_face': 60,
  'rejected/unreadable': 30,
  'dead_letter/throttled': 10,
};
const pairs: PairCounts = { pairs: 3, open: 2, similarities: { '97': 1, '99': 2 } };

function report(changes: Partial<BatchReport> = {}, found?: PairCounts): BatchReport {
  const state = {
    ...newBatchJob('bj_1', spec, START),
    ...({ status: 'completed', items: 1_000, listed: true, counts, cost: 1.234 } as const),
    calls: { IndexFaces: 1_050 },
    throttled: 50,
    samples: [0, 30, 60].map((second) => ({
      at: START + second * 1_000,
      items: 333,
      calls: 350,
      throttled: 17,
    })),
    actions: [{ command: 'pause', by: 'key_1', at: START + 45_000 }] as const,
    duplicates: { searched: 900, pairs: 3 },
    endedAt: START + 90_000,
  };
  const tenant = { account: 'acme', mode: 'live' } as const;
  return { ...reportOf(tenant, state, { ledger: counts, ...(found ? { pairs: found } : {}) }), ...changes };
}

/** The page without what HTML leaves open and XML does not. */
const asXml = (html: string) =>
  html.replace('<!doctype html>', '').replaceAll(/<meta ([^>]*)>/g, '<meta $1/>');
const plots = (html: string) => [...html.matchAll(/aria-label="([^"]*)"/g)].map(([, name]) => name);

describe('reportHtml', () => {
  it('plots throughput, throttling, reasons and the similarity of duplicates', () => {
    const html = reportHtml(report({}, pairs));
    assert.deepEqual(plots(html), [
      'Throughput, a second: photos, calls',
      'Calls that were throttled: throttled',
      'Photos by reason',
      'Pairs by similarity',
    ]);
    assert.equal(XMLValidator.validate(asXml(html)), true);
    assert.match(html, /every one of them has one outcome/);
    assert.match(html, /rejected: no_face: No face was found\./);
    assert.match(html, /98: 0/);
    assert.match(html, /50 more were throttled \(4\.55 % of all\)/);
    assert.match(html, /\$1\.23/);
  });

  it('leaves out what there is nothing to say of', () => {
    const html = reportHtml(report({ samples: [], counts: { indexed: 1 }, actions: [], calls: {} }));
    assert.deepEqual(plots(html), []);
    assert.doesNotMatch(html, /NaN|Infinity|undefined/);
    assert.doesNotMatch(
      reportHtml(report({}, { pairs: 0, open: 0, similarities: {} })),
      /NaN|Infinity|undefined/,
    );
    assert.match(reportHtml(report({ addsUp: false })), /do not say the same/);
  });

  it('lets no text of others be anything but text, and runs and loads nothing', () => {
    const evil = fc.oneof(
      fc.constantFrom(
        '</style><script>alert(1)</script>',
        '"><img src=x onerror=a>',
        "' onload='x",
        '&lt;',
        ']]>',
      ),
      fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '/', 'a', ' '), maxLength: 12 }),
    );
    fc.assert(
      fc.property(evil, (text) => {
        const html = reportHtml(
          report(
            {
              jobId: text,
              account: text,
              files: [text],
              counts: { [`rejected/${text}`]: 1 },
              actions: [{ command: 'pause', by: text, at: START }],
              spec: {
                ...spec,
                source: { ...spec.source, prefix: text, bucket: text },
                policy: { name: text, version: 1 },
              },
            },
            pairs,
          ),
        );
        assert.equal(XMLValidator.validate(asXml(html)), true);
        const tags = [...asXml(html).matchAll(/<([a-z0-9]+)([^>]*)>/g)];
        for (const [, tag, attributes = ''] of tags) {
          assert.ok(!['script', 'img', 'iframe', 'object', 'link'].includes(tag ?? ''), tag);
          assert.doesNotMatch(attributes.replaceAll(/="[^"]*"/g, ''), /(^|\s)(on\w+|src)/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('say', () => {
  it('says values the same on every machine', () => {
    assert.equal(say.count(1_234_567.4), '1,234,567');
    assert.equal(say.number(0.012_345), '0.0123');
    assert.equal(say.number(1_234.5), '1,235');
    assert.equal(say.share(0.5), '50 %');
    assert.equal(say.duration(93_784_000), '1 d 2 h 3 min 4 s');
    assert.equal(say.duration(0), '0 s');
    assert.equal(say.time(START), '2026-03-02 10:00:00 UTC');
    assert.equal(say.clock(START, 60_000), '10:00:00');
    assert.equal(say.clock(START, 7_200_000), '10:00');
    assert.equal(say.clock(START, 172_800_000), '03-02 10:00');
  });
});
