import { parseArgs } from 'node:util';
import { findDevServer } from '../../local/temporal/find-dev-server.js';
import { closingLine, complaints, table } from './report.js';
import { startRig } from './rig.js';
import { sweep } from './sweep.js';

/** More than one sweep uses. */
const ACCOUNTS = 20_000;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true, default: [] },
    'at-once': { type: 'string', default: '24' },
  },
});

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const log = (line: string) => console.error(line);
const found = await findDevServer({ env: process.env, log });
if (found.kind !== 'program') {
  throw new Error('The sweep starts a Temporal server of its own: unset TEMPORAL_ADDRESS.');
}
const started = performance.now();
const seconds = () => Math.round((performance.now() - started) / 100) / 10;
const rig = await startRig({ temporal: found.path, accounts: ACCOUNTS });
log(`started in ${seconds()} s`);
try {
  const swept = await sweep(rig, {
    quick: options.quick,
    only: options.only,
    listOnly: options.list,
    atOnce: Number(options['at-once']),
    progress: (done, of, { name, problems }) => {
      if (done % 50 === 0) log(`${done} of ${of} runs, ${seconds()} s`);
      for (const { kind, text } of problems) log(`${name}: ${kind}: ${text}`);
    },
  });
  if (options.list) for (const name of swept.planned) console.log(name);
  const wrong = complaints(swept);
  if (options.json) {
    const runs = swept.results.map(({ name, problems, missed, took }) => ({
      name,
      problems,
      missed,
      ms: Math.round(took),
    }));
    console.log(JSON.stringify({ line: closingLine(swept), seconds: seconds(), gaps: swept.gaps, runs }));
  } else {
    console.table(table(swept));
    for (const line of wrong) console.log(line);
    console.log(`in ${seconds()} s`);
  }
  (options.json ? console.error : console.log)(closingLine(swept));
  if (wrong.length > 0) process.exitCode = 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
} finally {
  await rig.close();
}
// Retries of the client that were under way when its connection was closed are of no interest.
process.exit();
