import { type Command, Option } from 'commander';
import type { JobFlags } from '../batch/job-request.js';
import { readHeadroom, readTps, readWindow } from '../batch/read-flag.js';
import { json, loadApi } from './batch-api.js';
import { number } from './number.js';

interface StartFlags extends JobFlags {
  follow?: boolean;
  total?: number;
  idempotencyKey?: string;
  json?: boolean;
}

interface PlanFlags extends JobFlags {
  hours?: number;
  json?: boolean;
}

interface WatchFlags {
  total?: number;
  json?: boolean;
}

/** Options that say how fast a job goes. */
export function withRates(command: Command): Command {
  return command
    .option(
      '--tps <n>',
      'calls a second: 50, or IndexFaces=50,SearchFaces=none; default: the quotas less --headroom',
      readTps,
    )
    .option('--headroom <share>', 'of the quotas, left to logins: 0.2 or 20% (default: 10%)', readHeadroom)
    .option('--window <hours>', 'a share of the rates by hour, UTC: 22:00-06:00=1.0; repeatable', readWindow);
}

/** `idv batch plan`, `start`, `watch` and `status`. */
export function addRuns(batch: Command): void {
  withJob(batch.command('plan'))
    .description('count and sample a source; say what a job would take, cost and fill. Writes nothing')
    .option(
      '--hours <n>',
      'how long the run may take: then the rates that this needs',
      number({ least: 0.01 }),
    )
    .addOption(json())
    .action(async (source: string, { hours, json: asJson = false, ...flags }: PlanFlags) => {
      const api = await loadApi();
      const [{ jobRequest }, { planJob }, { stopSignal }] = await Promise.all([
        import('../batch/job-request.js'),
        import('../batch/plan.js'),
        import('../stop-signal.js'),
      ]);
      const request = { ...jobRequest(source, flags), ...(hours === undefined ? {} : { hours }) };
      const output = { print: console.log, note: console.error };
      process.exitCode = await planJob(api, request, { json: asJson }, output, stopSignal());
    });

  withJob(batch.command('start'))
    .description('begin a job')
    .option('--follow', 'watch it; Ctrl-C lets go of it, and it goes on')
    .addOption(total())
    .option('--idempotency-key <key>', 'the same key and job: the job that was begun with it')
    .addOption(json())
    .action(async (source: string, flags: StartFlags) => {
      const { follow, total: known, idempotencyKey: key, json: asJson = false, ...job } = flags;
      const api = await loadApi();
      const [{ jobRequest }, { startJob }] = await Promise.all([
        import('../batch/job-request.js'),
        import('../batch/jobs.js'),
      ]);
      const options = { json: asJson, ...(key === undefined ? {} : { key }) };
      const { id } = await startJob(api, jobRequest(source, job), options, console.log);
      if (follow) await watch(id, { json: asJson, ...(known === undefined ? {} : { total: known }) });
    });

  batch
    .command('watch')
    .description('show how a job goes until it ends; Ctrl-C lets go of it, and it goes on')
    .argument('<job>')
    .addOption(total())
    .addOption(json())
    .action((id: string, flags: WatchFlags) => watch(id, flags));

  batch
    .command('status')
    .description('show where a job stands, or list the newest')
    .argument('[job]')
    .option('--limit <n>', 'of the list: how many at most', number({ least: 1, whole: true }), 20)
    .addOption(json())
    .action(async (id: string | undefined, flags: { limit: number; json?: boolean }) => {
      const { limit, json: asJson = false } = flags;
      const api = await loadApi();
      const { listJobs, showJob } = await import('../batch/jobs.js');
      if (id === undefined) await listJobs(api, { limit, json: asJson }, console.log);
      else await showJob(api, id, asJson, console.log);
    });
}

function withJob(command: Command): Command {
  const ceiling = number({ least: 0.01 });
  withRates(
    command
      .argument('<source>', 's3://bucket/prefix/, or s3://bucket/manifest.csv (or .jsonl)')
      .option(
        '--user-id <template>',
        "whose photo a key is: 'photos/{user_id}/*.jpg', * for what varies besides",
      )
      .addOption(
        new Option('--format <format>', 'where the name does not say it').choices(['csv', 'jsonl', 'prefix']),
      )
      .option('--key-column <name>', 'of a manifest (default: "key")')
      .option('--user-column <name>', 'of a manifest (default: "user_id", without --user-id)')
      .option('--photos <bucket>', "s3://bucket of the photos, if not the manifest's")
      .option('--region <region>', "of the source's bucket, if not the service's")
      .option('--photos-region <region>', 'of --photos'),
  );
  return command
    .addOption(
      new Option(
        '--on-existing <what>',
        'what becomes of a photo whose user has a face already (default: skip)',
      ).choices(['skip', 'add', 'replace']),
    )
    .option('--precheck', 'check the quality first, with a call more a photo')
    .option('--duplicates', 'search for people with two user ids afterwards, also among more than a million')
    .option('--no-duplicates', 'do not')
    .option('--cost-ceiling <dollars>', 'pause when the calls have cost so much', ceiling)
    .option('--limit <n>', 'stop after so many photos: a trial', number({ least: 1, whole: true }))
    .option('--policy <name>');
}

const total = () =>
  new Option('--total <n>', 'photos of the source, as the plan counted them, for the progress bar').argParser(
    number({ least: 1, whole: true }),
  );

async function watch(id: string, { json: asJson = false, total: known }: WatchFlags): Promise<void> {
  const api = await loadApi();
  const [{ watchJob }, { stopSignal }] = await Promise.all([
    import('../batch/watch.js'),
    import('../stop-signal.js'),
  ]);
  const options = { json: asJson, ...(known === undefined ? {} : { total: known }) };
  // With JSON nothing else may be on standard output.
  const output = { print: console.log, terminal: asJson ? process.stderr : process.stdout };
  process.exitCode = await watchJob(api, id, options, output, stopSignal());
}
