import { Command } from 'commander';

/** `idv start`: the whole product on this machine, until Ctrl-C. */
export function startCommand(): Command {
  return new Command('start')
    .description('start Temporal with its UI, the AWS twin, the workers and the API on this machine')
    .action(async () => {
      const { start } = await import('../start.js'); // what it needs is installed for development only
      await start();
      process.exit();
    });
}
