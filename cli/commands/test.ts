import { Command } from 'commander';

/** `idv test`: sets up what the tests need, runs the static checks and the tests, and counts. */
export function testCommand(): Command {
  return new Command('test')
    .description('set up, run the static checks and the tests; with files, those tests only')
    .argument('[files...]', 'test files; all of them and the static checks when there are none')
    .option('-g, --grep <pattern>', 'run only the tests whose full name matches')
    .action(async (files: string[], options: { grep?: string }) => {
      const { test } = await import('../test.js');
      process.exit(await test(files, options));
    });
}
