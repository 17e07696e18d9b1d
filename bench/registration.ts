import { uniquePhoto } from '../test/support/unique-photo.js';
import { costOf } from './support/actions.js';
import { clients, setRekognitionLatency, timed } from './support/calls.js';
import { benchOptions, distribution, type Figure, report, round } from './support/report.js';
import { startBenchStack } from './support/stack.js';

/** Registration through Temporal against the same calls from a plain handler, interleaved. */
const options = benchOptions();
const WARM_UP = options.quick ? 5 : 20;
const SAMPLES = options.quick ? 10 : 200;

const stack = await startBenchStack();
try {
  const figures: Figure[] = [];
  const { idv, plain } = clients(stack);
  let people = 0;
  const somebody = async () => ({ userId: `bench-${people++}`, selfie: await uniquePhoto() });

  for (const latency of [0, 250]) {
    await setRekognitionLatency(stack, latency);
    const times: { idv: number[]; plain: number[] } = { idv: [], plain: [] };
    for (let i = -WARM_UP; i < SAMPLES; i++) {
      const [first, second] = [await somebody(), await somebody()];
      const viaIdv = await timed(() => idv.register(first));
      const viaPlain = await timed(() => plain.register(second));
      if (i < 0) continue;
      times.idv.push(viaIdv);
      times.plain.push(viaPlain);
    }
    const [ours, base] = [distribution(times.idv), distribution(times.plain)];
    const at = `at ${latency} ms per Rekognition call`;
    figures.push(
      { name: `idv median ${at}`, value: ours.median, unit: 'ms' },
      { name: `idv p95 ${at}`, value: ours.p95, unit: 'ms' },
      { name: `plain median ${at}`, value: base.median, unit: 'ms' },
      { name: `plain p95 ${at}`, value: base.p95, unit: 'ms' },
      { name: `added at the median ${at}`, value: round(ours.median - base.median), unit: 'ms' },
      {
        name: `ratio of medians ${at}`,
        value: round(ours.median / base.median, 2),
        unit: '×',
        ...(latency === 0 ? {} : { target: { at: 'most', value: 1.3 } as const }),
      },
    );
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
