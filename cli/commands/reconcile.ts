import { Command } from 'commander';
import { number } from './number.js';

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
    .option('--grace <minutes>', 'leave alone what is younger', number({ least: 0 }))
    .option('--rate <calls>', 'calls a second at most', number({ least: 0.1 }))
    .option('--json', 'print the report as JSON')
    .action(async ({ dryRun = false, last = false, json = false, grace, rate }: Flags) => {
      const { reconcile } = await import('../reconcile.js');
      const { adoptInstallation } = await import('../installation.js');
      const foundIn = adoptInstallation(process.env, console.error);
      const options = {
        ...{ dryRun, last, json },
        ...(grace === undefined ? {} : { graceMinutes: grace }),
        ...(rate === undefined ? {} : { callsPerSecond: rate }),
      };
      const to = { print: console.log, note: console.error };
      process.exitCode = (await reconcile(options, process.env, { ...to, foundIn })) ? 0 : 1;
    });
}
