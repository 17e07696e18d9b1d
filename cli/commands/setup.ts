import { Command } from 'commander';

/** `idv setup`: exit code 1 when something is missing at the end. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('make the table, the bucket, the collections and the search attributes; may be repeated')
    .option('--check', 'make nothing: say what is missing, and what the credentials in use may not do')
    .option('--drop-accounts', 'let Schedules lose accounts that IDV_API_KEYS and IDV_ACCOUNTS do not name')
    .action(async ({ check = false, dropAccounts = false }: { check?: boolean; dropAccounts?: boolean }) => {
      const { setup } = await import('../setup.js');
      process.exitCode = (await setup({ check, dropAccounts }, process.env, console.log)) ? 0 : 1;
    });
}
