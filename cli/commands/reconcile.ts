import { Command, InvalidArgumentError } from 'commander';

interface Flags {
  dryRun?: boolean;
  last?: boolean;
  json?: boolean;
  grace?: number;
  rate?: number;
}

/** `idv reconcile`: exit code 1 when something is left that only an operator can mend. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description(
      'compare rows, collections and photos once, and mend what no workflow will; workers must run',
    )
    .option('--dry-run', 'change nothing: say what would be mended')
    .option('--last', 'show the report of the last one instead')
    .option('--grace <minutes>', 'leave alone what is younger', number(0))
    .option('--rate <calls>', 'calls a second at most', number(0.1))
    .option('--json', 'print the report as JSON')
    .action(async ({ dryRun = false, last = false, json = false, grace, rate }: Flags) => {
      const { reconcile } = await import('../reconcile.js');
      const { installation } = await import('../installation.js');
      const environment = installation(process.env, ['TEMPORAL_ADDRESS', 'IDV_ENCRYPTION_KEYS']);
      const options = {
        ...{ dryRun, last, json },
        ...(grace === undefined ? {} : { graceMinutes: grace }),
        ...(rate === undefined ? {} : { callsPerSecond: rate }),
      };
      process.exitCode = (await reconcile(options, environment, console.log)) ? 0 : 1;
    });
}

function number(least: number) {
  return (text: string): number => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least) return value;
    throw new InvalidArgumentError(`Give a number of at least ${least}.`);
  };
}
