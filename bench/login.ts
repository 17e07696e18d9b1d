import { WithStartWorkflowOperation } from '@temporalio/client';
import { uniquePhoto } from '../test/support/unique-photo.js';
import { costOf } from './support/actions.js';
import { clients, type Person, setRekognitionLatency } from './support/calls.js';
import { compare } from './support/compare.js';
import { benchOptions, type Figure, report, round } from './support/report.js';
import { type BenchStack, startBenchStack } from './support/stack.js';
import { doneUpdate, type empty } from './workflows/empty.js';

/** Login through Temporal against the same calls from a plain handler, interleaved. */
const options = benchOptions();
const WARM_UP = options.quick ? 10 : 40;
const SAMPLES = options.quick ? 40 : 200;
const SAMPLES_SLOW = options.quick ? 15 : 200;
const THROUGHPUT_MS = options.quick ? 3_000 : 10_000;

let emptyRuns = 0;
const stack = await startBenchStack();
try {
  const figures: Figure[] = [];
  const { idv, plain } = clients(stack);
  // One for each caller: attempts of one user are limited, and a success is forgotten only after its answer.
  const people: Person[] = [];
  for (let i = 0; i < 32; i++) {
    const person = { userId: `bench-${i}`, selfie: await uniquePhoto() };
    await idv.register(person);
    people.push(person);
  }
  const [person] = people as [Person];

  for (const [latencyMs, samples, targets] of [
    [0, SAMPLES, { addedMs: 50 }],
    [250, SAMPLES_SLOW, { addedMs: 50, ratio: 1.2 }],
  ] as const) {
    await setRekognitionLatency(stack, latencyMs);
    const ways = { idv: () => idv.login(person), plain: () => plain.login(person) };
    figures.push(...(await compare({ ...ways, warmUp: WARM_UP, samples, latencyMs, targets })));
  }
  await setRekognitionLatency(stack, 0);

  const cost = await costOf(stack.client, 'authentication');
  figures.push(
    { name: 'history events a login', value: cost.events, unit: 'events' },
    {
      name: 'billable actions a login',
      value: cost.actions,
      unit: 'actions',
      target: { at: 'most', value: 4 },
    },
  );

  for (const concurrency of [1, 8, 32]) {
    const emptyRate = await rate(concurrency, () => runEmpty(stack));
    const loginRate = await rate(concurrency, (caller) => idv.login(people[caller] as Person));
    figures.push(
      { name: `empty workflows a second, ${concurrency} at once`, value: round(emptyRate), unit: '/s' },
      { name: `logins a second, ${concurrency} at once`, value: round(loginRate), unit: '/s' },
      {
        name: `logins of empty workflows, ${concurrency} at once`,
        value: round((100 * loginRate) / emptyRate),
        unit: '%',
        target: { at: 'least', value: 60 },
      },
    );
  }
  report('Login', figures, options);
} finally {
  await stack.close();
}

/** Completions a second with so many callers at once. */
async function rate(concurrency: number, call: (caller: number) => Promise<unknown>): Promise<number> {
  const until = performance.now() + THROUGHPUT_MS;
  let done = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: concurrency }, async (_, caller) => {
      while (performance.now() < until) {
        await call(caller);
        done += 1;
      }
    }),
  );
  return (1_000 * done) / (performance.now() - started);
}

async function runEmpty({ client }: BenchStack): Promise<void> {
  emptyRuns += 1;
  await client.workflow.executeUpdateWithStart(doneUpdate, {
    startWorkflowOperation: new WithStartWorkflowOperation<typeof empty>('empty', {
      workflowId: `empty/${emptyRuns}`,
      taskQueue: 'bench-empty',
      workflowIdConflictPolicy: 'FAIL',
    }),
  });
}
