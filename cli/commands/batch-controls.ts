import type { Command } from 'commander';
import type { RateFlags } from '../batch/job-request.js';
import type { ControlName } from '../batch/jobs.js';
import { json, loadApi, operator } from './batch-api.js';
import { withRates } from './batch-runs.js';
import { number } from './number.js';

interface Flags {
  operator?: string;
  json?: boolean;
}

/** `idv batch pause`, `resume`, `rate`, `retry` and `cancel`. */
export function addControls(batch: Command): void {
  const control = (name: ControlName, description: string) =>
    batch.command(name).description(description).argument('<job>').addOption(operator()).addOption(json());

  control('pause', 'begin no more; what is under way comes to its end').action((id: string, flags: Flags) =>
    send(id, 'pause', flags, {}),
  );

  control('resume', 'go on with a job that is paused, or blocked by something that is mended')
    .option(
      '--cost-ceiling <dollars>',
      'the new one, for a job that has reached its own',
      number({ least: 0.01 }),
    )
    .action((id: string, flags: Flags & { costCeiling?: number }) =>
      send(id, 'resume', flags, flags.costCeiling === undefined ? {} : { cost_ceiling: flags.costCeiling }),
    );

  withRates(control('rate', 'change the rates of a job while it runs; what is not named stays')).action(
    async (id: string, flags: Flags & RateFlags, self: Command) => {
      const { rateRequest } = await import('../batch/job-request.js');
      const body = rateRequest(flags);
      if (Object.keys(body).length === 0)
        self.error(
          'error: name what is to change: --tps, --headroom or --window (--window none: no windows)',
        );
      await send(id, 'rate', flags, body);
    },
  );

  control('retry', 'try dead letters again')
    .option('--reason <codes...>', 'only those with these reasons, e.g. throttled unavailable')
    .action((id: string, flags: Flags & { reason?: string[] }) =>
      send(id, 'retry', flags, flags.reason === undefined ? {} : { reasons: flags.reason }),
    );

  control('cancel', 'stop a job; what is indexed stays')
    .option('--rollback', 'remove what this job has indexed')
    .action((id: string, flags: Flags & { rollback?: boolean }) =>
      send(id, 'cancel', flags, flags.rollback ? { rollback: true } : {}),
    );
}

async function send(id: string, name: ControlName, flags: Flags, fields: object): Promise<void> {
  const { operator: who, json: asJson = false } = flags;
  const api = await loadApi();
  const { controlJob } = await import('../batch/jobs.js');
  const body = { ...fields, ...(who === undefined ? {} : { operator: who }) };
  await controlJob(api, id, name, { body, json: asJson }, console.log);
}
