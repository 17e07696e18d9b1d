import { Command } from 'commander';
import { addControls } from './batch-controls.js';
import { addResults } from './batch-results.js';
import { addRuns } from './batch-runs.js';
import { addSources } from './batch-sources.js';

/** `idv batch`: photos by the million (docs/batch.md). */
export function batchCommand(): Command {
  const batch = new Command('batch').description(
    'index an archive of photos, over the API (IDV_API_URL, IDV_API_KEY): import, validate, plan, start, watch',
  );
  for (const add of [addSources, addRuns, addControls, addResults]) add(batch);
  return batch;
}
