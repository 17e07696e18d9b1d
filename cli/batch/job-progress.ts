import { statusOf } from './describe-job.js';
import { doneItems, type Job } from './job.js';
import { bar } from './progress-output.js';
import { sayCount, sayDuration, sayMany, sayMoney, sayRate, sayShare, sayText } from './say.js';

const NAMES: readonly (readonly [status: string, name: string])[] = [
  ['indexed', 'indexed'],
  ['rejected', 'rejected'],
  ['skipped', 'skipped'],
  ['dead_letter', 'dead letters'],
];

/** Columns of the bar. */
const [NARROWEST, WIDEST] = [12, 40];

/**
 * How a job is shown while it is watched.
 * @param total photos of the source, where whoever watches knows it; the job does once it has met them all
 */
export function jobProgress(job: Job, total?: number) {
  const { share, done } = shareOf(job, total);
  const far = share === undefined ? done : `${sayShare(share)}, ${done}`;
  const parts = [speedOf(job, share), countsOf(job), costOf(job), ...heldUpOf(job)];
  return {
    lines: (width: number) => {
      const room = width - job.phase.length - far.length - 2;
      return [
        `${job.phase} ${bar(share ?? 0, Math.min(WIDEST, Math.max(NARROWEST, room)))} ${far}`,
        ...parts,
      ];
    },
    plain: [`${job.phase}: ${far}`, ...parts].join('; '),
  };
}

const heldUpOf = (job: Job): string[] =>
  job.status === 'running' && !job.canceling
    ? []
    : [statusOf(job), ...(job.message === null ? [] : [sayText(job.message)])];

function shareOf(job: Job, total: number | undefined): { share: number | undefined; done: string } {
  const all = `${sayCount(doneItems(job))} photos`;
  if (job.phase !== 'index') return { share: job.progress.share ?? undefined, done: all };
  const done = withUnderWay(job);
  const of = job.items.all_met ? job.items.met : least(total, job.limit);
  if (of === undefined) return { share: undefined, done: `${sayCount(done)} photos, and more to come` };
  return { share: of === 0 ? 1 : done / of, done: `${sayCount(done)} of ${sayCount(of)} photos` };
}

/** Of the index: with what chunks have done that have not ended. */
const withUnderWay = (job: Job): number => doneItems(job) + (job.progress.under_way?.items_done ?? 0);

function least(total: number | undefined, limit: number | null): number | undefined {
  const known = [total, limit].filter((each): each is number => typeof each === 'number');
  return known.length === 0 ? undefined : Math.min(...known);
}

function speedOf(job: Job, share: number | undefined): string {
  const {
    items_per_second,
    calls_per_second,
    allowed_calls_per_second: allowed,
    throttled_share,
  } = job.progress;
  const left = secondsLeft(job, share);
  return [
    ...(left === undefined ? [] : [`about ${sayDuration(left * 1_000)} left`]),
    `${sayRate(items_per_second)} photos`,
    `${sayRate(calls_per_second)}${allowed === null ? '' : ` of ${sayRate(allowed)}`} calls`,
    `${sayShare(throttled_share)} throttled`,
  ].join(', ');
}

/** As the job says it, or from what is known here of how many there are. */
function secondsLeft(job: Job, share: number | undefined): number | undefined {
  const { seconds_left, items_per_second: speed } = job.progress;
  if (seconds_left !== null) return seconds_left;
  const done = withUnderWay(job);
  if (job.phase !== 'index' || job.status !== 'running' || !share || speed === 0) return undefined;
  return Math.max(0, done / share - done) / speed;
}

const countsOf = ({ counts }: Job): string =>
  NAMES.map(([status, name]) => `${name} ${sayCount(counts[status] ?? 0)}`).join(', ');

function costOf({ cost, cost_ceiling: ceiling, duplicate_pass: pass }: Job): string {
  const money = `cost ${sayMoney(cost)}${ceiling === null ? '' : ` of ${sayMoney(ceiling)} at most`}`;
  return pass ? `${money}, ${sayMany(pass.pairs, 'duplicate pair')} found` : money;
}
