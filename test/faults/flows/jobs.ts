import { PutObjectCommand } from '@aws-sdk/client-s3';
import { itemIds } from '../../../activities/batch/item-id.js';
import { planBatchJobSchema } from '../../../api/schemas/batch-job.js';
import { importsPrefix } from '../../../domain/photo-keys.js';
import { batchWorkflowId } from '../../../workflows/ids.js';
import type { Ending, Run } from '../run.js';

const JOBS = '/v1/batch-jobs';
const DONE_WITHIN_MS = 60_000;
const KEY = 'job';

/** Photos of the archive: a user with two, another one who is the same person, and what is no photo. */
const PHOTOS = {
  'ann/1.jpg': 'one',
  'ann/2.jpg': 'one',
  'bob/1.jpg': 'one',
  'eve/1.jpg': undefined,
} as const;

/** How many items come to what where nothing else is wrong with them. */
export const GOOD = { indexed: 3, 'rejected/unreadable': 1 };

/** An archive in the bucket of the service, and what a job over it begins with. */
export async function archived(run: Run) {
  const prefix = importsPrefix(run.tenant);
  const bucket = run.rig.settings.IDV_BUCKET;
  const idOf = itemIds((tenant, id) => run.rig.identities.subject(tenant, id), run.tenant);
  const names = new Map<string, string>();
  for (const [name, face] of Object.entries(PHOTOS)) {
    const [user = ''] = name.split('/');
    const photo = face ? await run.photo(face, name) : Buffer.from('no photo').toString('base64');
    const key = prefix + name;
    const Body = Buffer.from(photo, 'base64');
    const { ETag = '' } = await run.rig.aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
    const itemId = idOf({ bucket, key, etag: ETag.replaceAll('"', '') });
    names.set(name, `${run.rig.identities.subject(run.tenant, user)}:${itemId}`);
    if (face) run.users.add(user);
  }
  return { names };
}

/** And the job will be part of the flow, under the role `job`. */
export async function archivedFor(run: Run) {
  run.follow('job', batchWorkflowId(run.tenant, jobIdOf(run)));
  return archived(run);
}

export const jobIdOf = ({ rig, tenant }: Run): string =>
  rig.identities.batchId('bj', tenant, `${tenant.account}-${KEY}`);

const specOf = (run: Run) => {
  const prefix = importsPrefix(run.tenant);
  const source = {
    type: 'prefix',
    bucket: run.rig.settings.IDV_BUCKET,
    prefix,
    user_id: `${prefix}{user_id}/*.jpg`,
  };
  return { source, on_existing: 'add', duplicates: true };
};

/** Starts the job; the same again is the same one. */
export async function startJob(run: Run, more: object = {}): Promise<number> {
  const headers = { 'idempotency-key': `${run.tenant.account}-${KEY}` };
  const start = () => run.call('POST', JOBS, { ...specOf(run), ...more }, headers);
  const started = await run.until(start, ({ status }) => status < 300, DONE_WITHIN_MS);
  return started?.status ?? 0;
}

/** What a plan is asked for, and its id: of the key and of all that is asked. */
export function planOf(run: Run) {
  const { source, on_existing } = specOf(run);
  const key = `${run.tenant.account}-plan`;
  const { identities } = run.rig;
  const asked = identities.fingerprint(planBatchJobSchema.parse({ source, on_existing }));
  const planId = identities.batchId('bp', run.tenant, `${key}/${asked}`);
  const headers = { 'idempotency-key': key, prefer: 'wait=20' };
  return { planId, ask: () => run.call('POST', `${JOBS}/plan`, { source, on_existing }, headers) };
}

export async function command(run: Run, name: string, body: object = {}): Promise<number> {
  const send = () => run.call('POST', `${JOBS}/${jobIdOf(run)}/${name}`, body);
  // What came to the job with its answer lost is refused when it comes again.
  const sent = await run.until(send, ({ status }) => status < 300 || status === 409, DONE_WITHIN_MS);
  return sent?.status ?? 0;
}

/** Waits until the job is paused, for this. @throws Error where it is not */
export async function jobRests(run: Run, pausedFor: string): Promise<void> {
  const ask = async () => (await run.call('GET', `${JOBS}/${jobIdOf(run)}`)).body as Job;
  const job = await run.until(ask, ({ paused_for }) => paused_for === pausedFor, DONE_WITHIN_MS);
  if (!job) throw new Error(`The start was not brought about: the job is not ${pausedFor}.`);
}

/** Waits until the job has ended, and has an operator look after it who resumes what is blocked. Says whether its books add up. */
export async function jobEnded(run: Run, role: string, http: number, enough = isOver): Promise<Ending> {
  const path = `${JOBS}/${jobIdOf(run)}`;
  let job: Job | undefined;
  await run.until(
    async () => {
      job = (await run.call('GET', path)).body as Job;
      if (job.paused_for === 'blocked') await command(run, 'resume', { cost_ceiling: 100 });
      return job;
    },
    enough,
    DONE_WITHIN_MS,
  );
  const items = await run.until(
    () => run.call('GET', `${path}/items?limit=100`),
    ({ status }) => status === 200,
    DONE_WITHIN_MS,
  );
  const told = booksOf(job, items?.body?.data ?? []);
  return { role, http, status: job?.status ?? 'processing', reasons: told, userId: null };
}

interface Job {
  status: string;
  phase: string;
  paused_for: string | null;
  items: { met: number };
  counts: Record<string, number>;
  reasons?: Record<string, number>;
}

const isOver = ({ status, phase }: Job) => ['completed', 'canceled'].includes(status) && phase === 'ended';

/** What came of the photos, and what is wrong with the books. */
function booksOf(
  job: Job | undefined,
  items: readonly { status: string; reason: string | null; uri: string }[],
) {
  const counts: Record<string, number> = {};
  for (const { status, reason } of items) {
    const key = reason ? `${status}/${reason}` : status;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  const sum = Object.values(job?.counts ?? {}).reduce((total, count) => total + count, 0);
  const twice = items.length - new Set(items.map(({ uri }) => uri)).size;
  return [
    ...Object.entries(counts)
      .sort()
      .map(([key, count]) => `${key} ${count}`),
    ...(twice > 0 ? [`${twice} twice in the ledger`] : []),
    ...(sum === items.length && job?.items.met === sum
      ? []
      : [`counts ${sum}, met ${job?.items.met}, rows ${items.length}`]),
  ];
}

/** The ending of a job whose photos came to this, and whose books add up. */
export const cameTo = (ending: Ending | undefined, status: string, counts: Record<string, number>): boolean =>
  ending?.status === status &&
  ending.reasons.join() ===
    Object.entries(counts)
      .sort()
      .map(([key, count]) => `${key} ${count}`)
      .join();
