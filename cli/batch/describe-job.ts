import { aligned } from '../table.js';
import { doneItems, hasEnded, type Job } from './job.js';
import { sayCount, sayDuration, sayMany, sayMoney, sayRate, sayShare, sayText, sayTime } from './say.js';

/** What holds a job up. */
const HELD_UP: Readonly<Record<string, string>> = {
  requested: 'paused on request',
  cost_ceiling: 'paused at its cost ceiling',
  blocked: 'blocked',
};

/** And what to do about it. */
const MENDED_BY: Readonly<Record<string, string>> = {
  cost_ceiling: ': raise it with `idv batch resume --cost-ceiling`',
  blocked: ': mend what the message says, then `idv batch resume`',
};

/** In a few words: `running, index`, `paused at its cost ceiling, index: …`, `being cancelled with rollback, index`. */
export function statusOf({ status, phase, paused_for, canceling }: Job): string {
  const what = canceling ? `being cancelled${canceling.rollback ? ' with rollback' : ''}` : undefined;
  if (status === 'paused') {
    const why = paused_for ?? 'requested';
    return `${what ? `${what}, ` : ''}${HELD_UP[why] ?? 'paused'}, ${phase}${MENDED_BY[why] ?? ''}`;
  }
  return status === 'running' ? `${what ?? 'running'}, ${phase}` : status;
}

/** A job for people, as `idv batch status` shows it. */
export function describeJob(job: Job): string[] {
  const { items, cost, cost_ceiling, duplicate_pass: pass } = job;
  const ended = job.ended_at === null ? Date.parse(job.updated_at) : Date.parse(job.ended_at);
  const counted = items.all_met ? ` of ${sayCount(items.met)}` : '';
  return [
    `${job.id}  ${statusOf(job)}`,
    ...(job.message === null ? [] : [sayText(job.message)]),
    `source: ${sayText(sourceOf(job))}${job.limit === null ? '' : `, the first ${sayCount(job.limit)}`}`,
    `began ${sayTime(job.created_at)}, ${hasEnded(job) ? 'took' : 'runs for'} ${sayDuration(ended - Date.parse(job.created_at))}`,
    `photos done: ${sayCount(doneItems(job))}${counted}${underWayOf(job)}`,
    ...aligned(Object.entries(job.counts).flatMap(([status, count]) => countRows(job, status, count))),
    ...(pass
      ? [`duplicates: ${sayMany(pass.pairs, 'pair')} found, ${sayMany(pass.searched, 'photo')} searched`]
      : []),
    `calls: ${callsOf(job)}`,
    `cost: ${sayMoney(cost)}${cost_ceiling === null ? '' : ` of ${sayMoney(cost_ceiling)} at most`}`,
    `rates: ${ratesOf(job)}`,
    ...job.actions.map(({ command, by, at }) => `  ${sayTime(at)}  ${command} by ${by}`),
    ...(job.report ? [`report: idv batch report ${job.id} --format html --output report.html`] : []),
    `takes now: ${job.allowed_commands.join(', ') || 'nothing'}`,
  ];
}

/** What is in no count yet. */
function underWayOf({ progress: { under_way: chunks }, phase }: Job): string {
  if (!chunks || chunks.chunks === 0) return '';
  return `, and ${sayCount(chunks.items_done)} of ${phase} in ${sayMany(chunks.chunks, 'chunk')} under way`;
}

function countRows({ reasons }: Job, status: string, count: number): string[][] {
  const byReason = Object.entries(reasons[status] ?? {}).sort(([, one], [, other]) => other - one);
  return [
    [`  ${status}`, sayCount(count)],
    ...byReason.map(([reason, of]) => [`    ${reason}`, sayCount(of)]),
  ];
}

export function sourceOf({ source: { bucket, prefix, key } }: Job): string {
  return `s3://${bucket}/${key ?? prefix ?? ''}`;
}

function callsOf({ calls, throttled }: Job): string {
  const all = Object.values(calls).reduce((sum, count) => sum + count, 0);
  if (all === 0) return 'none yet';
  const named = Object.entries(calls).map(([api, count]) => `${api} ${sayCount(count)}`);
  return `${named.join(', ')}; ${sayShare(throttled / (all + throttled))} throttled`;
}

export function ratesOf({
  rates,
  rate_windows,
  quotas,
}: Pick<Job, 'rates' | 'rate_windows' | 'quotas'>): string {
  const named = Object.entries(rates).map(([api, rate]) => {
    const quota = quotas?.[api] ?? Number.POSITIVE_INFINITY;
    const held = rate > quota ? ` (${sayRate(quota)}, the quota)` : '';
    return `${api} ${sayRate(rate)}${held}`;
  });
  const windows = rate_windows.map(({ from, to, share }) => `${sayShare(share)} of it ${from}-${to} UTC`);
  return [named.join(', ') || 'no limit', ...windows].join('; ');
}
