import { uniquePhoto } from '../test/support/unique-photo.js';
import { costOf } from './support/actions.js';
import { clients, type Person, setRekognitionLatency } from './support/calls.js';
import { compare } from './support/compare.js';
import { benchOptions, type Figure, report } from './support/report.js';
import { startBenchStack } from './support/stack.js';

/** Registration through Temporal against the same calls from a plain handler, interleaved. */
const options = benchOptions();
const WARM_UP = options.quick ? 5 : 10;
const SAMPLES = options.quick ? 10 : 200;

const stack = await startBenchStack();
try {
  const figures: Figure[] = [];
  const { idv, plain } = clients(stack);
  let people = 0;
  const somebody = async () => ({ userId: `bench-${people++}`, selfie: await uniquePhoto() });

  for (const [latencyMs, targets] of [
    [0, {}],
    [250, { ratio: 1.3 }],
  ] as const) {
    await setRekognitionLatency(stack, latencyMs);
    // Photos are made outside of what is timed.
    const faces = await Promise.all(Array.from({ length: 2 * (WARM_UP + SAMPLES) }, somebody));
    const next = () => faces.pop() as Person;
    const ways = { idv: () => idv.register(next()), plain: () => plain.register(next()) };
    figures.push(...(await compare({ ...ways, warmUp: WARM_UP, samples: SAMPLES, latencyMs, targets })));
  }
  const cost = await costOf(stack.client, 'registration');
  figures.push(
    { name: 'history events a registration', value: cost.events, unit: 'events' },
    {
      name: 'billable actions a registration',
      value: cost.actions,
      unit: 'actions',
      target: { at: 'most', value: 14 },
    },
  );
  report('Registration', figures, options);
} finally {
  await stack.close();
}
