import { type ItemReason, itemReasons } from './item.js';
import type { BatchReport } from './report.js';
import { columnPlot, rowPlot, type Series, timePlot } from './report-plots.js';
import { escapeHtml, say } from './report-text.js';

/** The last stretch of a job may be over at once; nobody works faster than that. */
const LEAST_STRETCH_MS = 10_000;

/** A job's report as one page, with plots. It loads nothing and runs nothing; all text in it is escaped. */
export function reportHtml(report: BatchReport): string {
  const { jobId, status, account, mode, createdAt, endedAt } = report;
  const title = `Batch job ${jobId}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(`${status}, account ${account}, ${mode}. ${say.time(createdAt)} to ${say.time(endedAt)}.`)}</p>
<p class="${report.addsUp ? 'good' : 'bad'}">${escapeHtml(addsUp(report))}</p>${report.message === undefined ? '' : `\n<p class="bad">${escapeHtml(report.message)}</p>`}
${tiles(report)}
${overTime(report)}
${reasons(report)}
${duplicates(report)}
${calls(report)}
${spec(report)}
${actions(report)}
<h2>Items</h2>
<p><a href="./report.csv">report.csv</a>: in the bucket ${report.files.map(escapeHtml).join(', ')}</p>
</body>
</html>
`;
}

function addsUp({ addsUp: same, items, listed }: BatchReport): string {
  const of = listed ? `The source has ${say.count(items)} photos` : `The job met ${say.count(items)} photos`;
  return same
    ? `${of}; every one of them has one outcome, and the list of items says the same.`
    : `${of}; the counts and the list of items do not say the same. Compare "counts" and "ledger" in report.json.`;
}

function tiles({ counts, items, wallMs, itemsPerSecond, cost }: BatchReport): string {
  const of = (status: string) =>
    Object.entries(counts).reduce((sum, [key, count]) => sum + (key.split('/')[0] === status ? count : 0), 0);
  const told: [name: string, value: string][] = [
    ['photos', say.count(items)],
    ['indexed', say.count(of('indexed'))],
    ['rejected', say.count(of('rejected'))],
    ['skipped', say.count(of('skipped'))],
    ['dead letters', say.count(of('dead_letter'))],
    ['wall time', say.duration(wallMs)],
    ['photos a second', say.number(itemsPerSecond)],
    ['cost', say.dollars(cost)],
  ];
  const tile = ([name, value]: [string, string]) =>
    `<div><dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd></div>`;
  return `<dl>${told.map(tile).join('')}</dl>`;
}

function overTime({ samples, actions: made, createdAt, endedAt }: BatchReport): string {
  if (samples.length === 0) return '';
  const rates = (
    name: string,
    of: (sample: BatchReport['samples'][number], seconds: number) => number,
  ): Series => ({
    name,
    steps: samples.map((sample, at) => {
      const ms = Math.max(LEAST_STRETCH_MS, (samples[at + 1]?.at ?? endedAt) - sample.at);
      return { at: sample.at, value: of(sample, ms / 1_000) };
    }),
  });
  const marks = made.map(({ at, command }) => ({ at, text: `${command}, ${say.time(at)}` }));
  const time = { from: createdAt, to: endedAt, marks };
  return [
    '<h2>Over time</h2>',
    timePlot('Throughput, a second', {
      ...time,
      unit: '',
      series: [
        rates('photos', ({ items }, seconds) => items / seconds),
        rates('calls', ({ calls: all, throttled }, seconds) => (all - throttled) / seconds),
      ],
    }),
    timePlot('Calls that were throttled', {
      ...time,
      unit: ' %',
      series: [rates('throttled', ({ calls: all, throttled }) => (all > 0 ? (100 * throttled) / all : 0))],
    }),
  ].join('\n');
}

function reasons({ counts }: BatchReport): string {
  const rows = Object.entries(counts)
    .flatMap(([key, value]) => {
      const [status = '', reason = ''] = key.split('/');
      const note = Object.hasOwn(itemReasons, reason) ? itemReasons[reason as ItemReason] : '';
      return reason && value > 0 ? [{ name: `${status}: ${reason}`, note, value }] : [];
    })
    .sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1));
  if (rows.length === 0) return '';
  const meanings = rows.map(({ name, note }) => `<li>${escapeHtml(`${name}: ${note}`)}</li>`);
  return `<h2>Not indexed</h2>\n${rowPlot('Photos by reason', rows)}\n<ul>${meanings.join('')}</ul>`;
}

function duplicates({ duplicates: found }: BatchReport): string {
  if (!found) return '';
  const told = `${say.count(found.searched)} faces searched, ${say.count(found.pairs)} pairs found, ${say.count(found.open)} not resolved.`;
  const known = Object.keys(found.similarities).map(Number);
  const from = Math.min(...known);
  const columns = Array.from({ length: known.length > 0 ? Math.max(...known) - from + 1 : 0 }, (_, at) => ({
    name: String(from + at),
    value: found.similarities[String(from + at)] ?? 0,
  }));
  const plot = columns.length > 0 ? columnPlot('Pairs by similarity', columns) : '';
  return `<h2>Duplicates</h2>\n<p>${escapeHtml(told)}</p>\n${plot}`;
}

function calls({ calls: made, tps, throttled, work }: BatchReport): string {
  const all = Object.values(made).reduce((sum, count) => sum + count, 0);
  const rows = Object.entries(made).map(([api, count]) => [
    api,
    say.count(count),
    say.number(tps[api as keyof typeof tps] ?? 0),
  ]);
  const phases = Object.entries(work).map(([phase, { ms, calls: count }]) => [
    ...[phase, say.count(count), say.duration(ms)],
    ms > 0 ? say.number((count * 1_000) / ms) : '',
  ]);
  const byPhase = table(['phase', 'calls', 'time without pauses', 'calls a second of that'], phases);
  const share = all > 0 ? ` (${say.share(throttled / (all + throttled))} of all)` : '';
  return `<h2>Calls</h2>\n${table(['API', 'calls', 'a second of the wall time'], rows)}${phases.length > 0 ? `\n${byPhase}` : ''}\n<p>${escapeHtml(`${say.count(throttled)} more were throttled${share}.`)}</p>`;
}

function spec({
  spec: { source, rates, windows, onExisting, precheck, limit, costCeiling, policy },
}: BatchReport): string {
  const asked = Object.entries(rates).map(([api, rate]) => `${api} ${say.number(rate)} a second`);
  const hours = windows.map(({ from, to, share }) => `${from}–${to}: ${say.share(share)}`);
  const place = source.kind === 'prefix' ? source.prefix : source.key;
  const rows = [
    ['source', `s3://${source.bucket}/${place}`],
    ['rates', asked.join(', ') || 'no limit'],
    ['hours (UTC)', hours.join(', ') || 'the same all day'],
    ['users who have a face', onExisting],
    ['checked before', precheck ? 'yes' : 'no'],
    ['limit', limit === undefined ? 'none' : say.count(limit)],
    ['cost ceiling', costCeiling === undefined ? 'none' : say.dollars(costCeiling)],
    ['policy', `${policy.name} ${policy.version}`],
  ];
  return `<h2>What was asked for</h2>\n${table([], rows)}`;
}

function actions({ actions: made }: BatchReport): string {
  if (made.length === 0) return '';
  const rows = made.map(({ at, command, by }) => [say.time(at), command, by]);
  return `<h2>What was done to it</h2>\n${table(['when', 'command', 'by'], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: 'td' | 'th') =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${head.length > 0 ? row(head, 'th') : ''}${rows.map((cells) => row(cells, 'td')).join('')}</table>`;
}

const style = `
:root{color-scheme:light dark;--line:#8884;--a:#2563eb;--b:#d97706;--c:#059669}
body{font:15px/1.5 system-ui,sans-serif;max-width:780px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.4rem;overflow-wrap:anywhere}h2{font-size:1.1rem;margin-top:2rem}
dl{display:grid;grid-template-columns:repeat(auto-fill,minmax(160px,1fr));gap:.5rem}
dl div{border:1px solid var(--line);border-radius:6px;padding:.5rem .75rem}
dt{opacity:.7}dd{margin:0;font-size:1.2rem;font-variant-numeric:tabular-nums}
.good{border-left:4px solid var(--c);padding-left:.75rem}.bad{border-left:4px solid #dc2626;padding-left:.75rem}
figure{margin:1rem 0}figcaption{font-weight:600}svg{width:100%;height:auto}
svg text{font-size:11px;fill:currentColor}polyline{fill:none;stroke-width:1.5}
polyline.s0{stroke:var(--a)}polyline.s1{stroke:var(--b)}polyline.s2{stroke:var(--c)}rect.s0{fill:var(--a)}
.k0{color:var(--a)}.k1{color:var(--b)}.k2{color:var(--c)}
.grid{stroke:var(--line)}.mark{stroke:currentColor;stroke-dasharray:3 3;opacity:.6}
table{border-collapse:collapse}td,th{text-align:left;padding:.2rem 1rem .2rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
`;
