import { type Command, Option } from 'commander';
import type { ImportFlags } from '../batch/import.js';
import type { ValidateFlags } from '../batch/validate.js';
import { adopt, json } from './batch-api.js';
import { number } from './number.js';

/** `idv batch import` and `validate`: what is done before a job. */
export function addSources(batch: Command): void {
  batch
    .command('import')
    .description('upload a folder of photos to where jobs may read it; run it again to go on')
    .argument('<folder>')
    .option('--name <name>', 'of the folder in the bucket; its own by default')
    .option('--user-id <template>', "whose photo a path in the folder is, e.g. '{user_id}/*.jpg'")
    .option('--at-once <n>', 'uploads at the same time', number({ least: 1, whole: true }), 8)
    .option('--account <name>', 'whose photos these are, where IDV_API_KEY does not say it')
    .addOption(new Option('--mode <mode>', 'of the API key').choices(['live', 'test']))
    .addOption(json())
    .action(async (folder: string, flags: ImportFlags) => {
      const environment = await adopt();
      const [{ importPhotos }, { stopSignal }] = await Promise.all([
        import('../batch/import.js'),
        import('../stop-signal.js'),
      ]);
      const output = { print: console.log, terminal: process.stderr };
      process.exitCode = await importPhotos(folder, flags, environment, output, stopSignal());
    });

  batch
    .command('validate')
    .description('list every bad line of a manifest before anything runs; exit code 1 when there are any')
    .argument('<manifest>', 'a file, or s3://bucket/key')
    .addOption(new Option('--format <format>', 'where its name does not say it').choices(['csv', 'jsonl']))
    .option('--region <region>', "of the manifest's bucket, if not the service's")
    .option('--key-column <name>', 'column of keys (default: "key")')
    .option('--user-column <name>', 'column of user ids (default: "user_id", without --user-id)')
    .option('--user-id <template>', "whose photo a key is, e.g. 'photos/{user_id}.jpg'")
    .addOption(json())
    .action(async (manifest: string, flags: ValidateFlags) => {
      const environment = manifest.startsWith('s3://') ? await adopt() : process.env;
      const { validate } = await import('../batch/validate.js');
      process.exitCode = (await validate(manifest, flags, environment, console.log)) ? 0 : 1;
    });
}
