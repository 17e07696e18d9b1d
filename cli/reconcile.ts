import { Client, Connection } from '@temporalio/client';
import { createAwsClients } from '../activities/aws/clients.js';
import { createReconcileTable } from '../activities/aws/dynamodb/reconcile-table.js';
import { awsSettings } from '../activities/aws/settings.js';
import { reconcileOnce } from '../api/flows/reconciliation.js';
import { type ReconciliationReport, unrecoverable } from '../domain/reconcile.js';
import { temporalConfig } from '../temporal.config.js';
import { reconciliationSettings } from './reconciliation-settings.js';
import { accountsOf } from './setup/tenants.js';
import { aligned } from './table.js';

export interface ReconcileOptions {
  /** Changes nothing. */
  dryRun: boolean;
  /** Prints the report of the last walk instead of making one. */
  last: boolean;
  json: boolean;
  /** Otherwise as the Schedule has them. */
  graceMinutes?: number;
  callsPerSecond?: number;
}

/** Who is told what. */
export interface ReconcileOutput {
  /** The report. */
  print: (line: string) => void;
  /** What is going on. */
  note: (line: string) => void;
  /** The file that the environment is from (`installation.ts`), to be named where it may be out of date. */
  foundIn?: string | undefined;
}

/**
 * `idv reconcile`: walks through everything once, on the workers.
 * @param environment of `last` that of the process, which the AWS SDK reads
 * @returns whether nothing is left that an operator has to look at
 * @throws Error naming the environment variables that are wrong or missing; when Temporal cannot be reached, or one runs already
 */
export async function reconcile(
  options: ReconcileOptions,
  environment: NodeJS.ProcessEnv,
  output: ReconcileOutput,
): Promise<boolean> {
  const { print } = output;
  const report = options.last ? await lastReport(environment) : await walk(options, environment, output);
  if (!report) throw new Error('There is no report yet: run `idv reconcile --dry-run`.');
  if (options.json) print(JSON.stringify(report, undefined, 2));
  else for (const line of reportLines(report)) print(line);
  return unrecoverable(report) === 0;
}

async function walk(
  { dryRun, graceMinutes, callsPerSecond }: ReconcileOptions,
  environment: NodeJS.ProcessEnv,
  { note, foundIn }: ReconcileOutput,
): Promise<ReconciliationReport> {
  if (!environment.IDV_API_KEYS && !environment.IDV_ACCOUNTS) {
    throw new Error(
      'IDV_API_KEYS is not set, so that only the account `default` would be walked through. Set it as the API has it (of each key the hash), or name the accounts in IDV_ACCOUNTS.',
    );
  }
  const { input } = reconciliationSettings(environment);
  const { connection: options, namespace, dataConverter } = temporalConfig(environment);
  const connection = await Connection.connect(options).catch((cause: unknown) => {
    const remedy = foundIn
      ? `${foundIn} names it: remove that file if \`npm start\` does not run any more.`
      : 'Is TEMPORAL_ADDRESS right, and does it run?';
    throw new Error(`Temporal at ${options.address ?? 'localhost:7233'} cannot be reached. ${remedy}`, {
      cause,
    });
  });
  note(`Accounts: ${accountsOf(input.tenants)} (live and test)`);
  try {
    return await reconcileOnce(new Client({ connection, namespace, dataConverter }), {
      ...input,
      mend: !dryRun,
      ...(graceMinutes === undefined ? {} : { graceMs: graceMinutes * 60_000 }),
      ...(callsPerSecond === undefined ? {} : { callsPerSecond }),
    });
  } finally {
    await connection.close();
  }
}

async function lastReport(environment: NodeJS.ProcessEnv): Promise<ReconciliationReport | undefined> {
  const settings = awsSettings(environment);
  const clients = createAwsClients(settings);
  try {
    return await createReconcileTable(clients.dynamodb, settings.IDV_TABLE).lastReport();
  } finally {
    clients.destroy();
  }
}

/** A report for people. */
export function reportLines(report: ReconciliationReport): string[] {
  const { rows, faces, photos } = report.examined;
  const counts = Object.entries(report.counts).flatMap(([kind, of]) =>
    Object.entries(of).map(([outcome, count]) => [kind, outcome, String(count)]),
  );
  const listed = report.findings.map(({ kind, outcome, tenant, what, where }) => [
    kind,
    outcome,
    `${tenant.account}/${tenant.mode}`,
    what,
    where ?? '',
  ]);
  const foreign = report.foreignFaces > 0 ? [`${report.foreignFaces} faces of others left alone`] : [];
  const unlisted = report.unlisted > 0 ? [`and ${report.unlisted} more`] : [];
  return [
    `${report.mend ? 'Mended what could be mended' : 'Only reported'}: ${rows} rows, ${faces} faces, ${photos} photos`,
    ...foreign,
    ...(counts.length === 0 ? ['Nothing is out of order.'] : aligned(counts)),
    ...(listed.length === 0 ? [] : ['', ...aligned(listed), ...unlisted]),
  ];
}
