import { uniquePhoto } from '../test/support/unique-photo.js';
import { costOf } from './support/actions.js';
import { clients, type Person, setRekognitionLatency } from './support/calls.js';
import { compare } from './support/compare.js';
import { benchOptions, type Figure, report } from './support/report.js';
import { startBenchStack } from './support/stack.js';

/** Photo update through Temporal against the same calls from a plain handler, interleaved. */
const options = benchOptions();
const WARM_UP = options.quick ? 5 : 10;
const SAMPLES = options.quick ? 10 : 200;

const stack = await startBenchStack();
try {
  const figures: Figure[] = [];
  const { idv, plain } = clients(stack);
  let people = 0;
  // The engine knows a person by the very same photo only, so each gets a new face from that.
  const somebody = async (): Promise<Person> => {
    const person = { userId: `bench-${people++}`, selfie: await uniquePhoto() };
    await plain.register(person);
    return person;
  };

  for (const [latencyMs, targets] of [
    [0, {}],
    [250, { ratio: 1.3 }],
  ] as const) {
    await setRekognitionLatency(stack, 0);
    // Users are registered outside of what is timed; a user is held for a moment after its answer, so each is one of many.
    const waiting: Person[] = [];
    for (let i = 0; i < 2 * (WARM_UP + SAMPLES); i++) waiting.push(await somebody());
    await setRekognitionLatency(stack, latencyMs);
    const next = () => waiting.pop() as Person;
    const ways = { idv: () => idv.update(next()), plain: () => plain.update(next()) };
    figures.push(...(await compare({ ...ways, warmUp: WARM_UP, samples: SAMPLES, latencyMs, targets })));
  }
  const cost = await costOf(stack.client, 'photo_update');
  figures.push(
    { name: 'history events a photo update', value: cost.events, unit: 'events' },
    { name: 'billable actions a photo update', value: cost.actions, unit: 'actions' },
  );
  report('Photo update', figures, options);
} finally {
  await stack.close();
}
