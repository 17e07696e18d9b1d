import { type Command, Option } from 'commander';
import type { Decision } from '../batch/duplicates.js';
import type { ItemFilter } from '../batch/jobs.js';
import type { ReportFormat } from '../batch/report.js';
import { json, loadApi } from './batch-api.js';
import { number } from './number.js';

interface DuplicateFlags {
  open?: boolean;
  pairs?: boolean;
  pair?: string;
  keep?: boolean;
  mergeInto?: 'first' | 'second';
  remove?: 'first' | 'second';
  limit: number;
  json?: boolean;
}

type ItemFlags = ItemFilter & { limit: number; json?: boolean };

/** `idv batch items`, `duplicates` and `report`: what came of a job, photo by photo. */
export function addResults(batch: Command): void {
  const limit = (usual: number) =>
    new Option('--limit <n>', 'how many at most').default(usual).argParser(number({ least: 1, whole: true }));

  batch
    .command('items')
    .description('list photos and what became of them')
    .argument('<job>')
    .addOption(
      new Option('--status <status>', 'only these').choices([
        'indexed',
        'rejected',
        'skipped',
        'dead_letter',
      ]),
    )
    .option('--reason <code>', 'of a --status: only those with this reason, e.g. multiple_faces')
    .addOption(limit(100))
    .addOption(json())
    .action(async (id: string, { limit: most, json: asJson = false, ...filter }: ItemFlags) => {
      const api = await loadApi();
      const { listItems } = await import('../batch/jobs.js');
      await listItems(api, id, filter, { limit: most, json: asJson }, console.log);
    });

  const sides = ['first', 'second'];
  batch
    .command('duplicates')
    .description('list people with several user ids, or decide about a --pair of their photos')
    .argument('<job>')
    .option('--open', 'only where something is to be decided')
    .option('--pairs', 'each pair on its own, however many there are')
    .option('--pair <id>', 'decide about this one, with one of the following')
    .option('--keep', 'both are right')
    .addOption(
      new Option('--merge-into <side>', "the user who keeps the other one's photos too").choices(sides),
    )
    .addOption(new Option('--remove <side>', 'the face that goes').choices(sides))
    .addOption(limit(20))
    .addOption(json())
    .action(async (id: string, flags: DuplicateFlags, self: Command) => {
      const { open = false, pairs = false, pair, limit: most, json: asJson = false } = flags;
      const decisions = decisionsOf(flags);
      const [decision] = decisions;
      if (decisions.length > 1 || (pair === undefined) !== (decision === undefined))
        self.error('error: a decision is a --pair and one of --keep, --merge-into and --remove');
      if (pairs && pair !== undefined)
        self.error('error: --pair decides about one, and --pairs lists them: one at a time');
      const api = await loadApi();
      const { listDuplicates, listPairs, resolvePair } = await import('../batch/duplicates.js');
      const asked = { open, limit: most, json: asJson };
      if (pair !== undefined && decision)
        await resolvePair(api, id, { pair, decision, json: asJson }, console.log);
      else if (pairs) await listPairs(api, id, asked, console.log);
      else await listDuplicates(api, id, asked, console.log, console.error);
    });

  batch
    .command('report')
    .description('read what came of a job that has ended')
    .argument('<job>')
    .addOption(
      new Option('--format <format>', 'json: the figures, csv: each photo, html: a page for people')
        .choices(['json', 'csv', 'html'])
        .default('json'),
    )
    .option('--output <file>', 'where to; standard output by default')
    .action(async (id: string, flags: { format: ReportFormat; output?: string }) => {
      const api = await loadApi();
      const { saveReport } = await import('../batch/report.js');
      await saveReport(api, id, flags, process.stdout, console.error);
    });
}

function decisionsOf({ keep, mergeInto, remove }: DuplicateFlags): Decision[] {
  return [
    ...(keep ? [{ resolution: 'keep' as const }] : []),
    ...(mergeInto ? [{ resolution: 'merge' as const, into: mergeInto }] : []),
    ...(remove ? [{ resolution: 'remove' as const, face: remove }] : []),
  ];
}
