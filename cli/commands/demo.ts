import { Command } from 'commander';

/** `idv demo`: the story of registration and login on packaged photos, as a table. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('tell the story of registration and login on packaged photos, with timings')
    .action(async () => {
      const { demo } = await import('../demo.js'); // what it needs is installed for development only
      process.exit((await demo()) ? 0 : 1);
    });
}
