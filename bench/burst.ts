import { uniquePhoto } from '../test/support/unique-photo.js';
import { clients, patchTwin } from './support/calls.js';
import { benchOptions, distribution, type Figure, report, round } from './support/report.js';
import { startBenchStack } from './support/stack.js';

/** A burst of logins far above Rekognition's quota: nothing but answers, and 503 with Retry-After. */
const options = benchOptions();
const LOGINS = options.quick ? 60 : 200;
const QUOTA = 20;
const WORKERS = 2;
/** A client that is told to come back does so, this often at most. */
const TRIES = 60;

// Each process paces itself to its share of the quota, as an operator would set it.
const pace = { DetectFaces: QUOTA / WORKERS, SearchFacesByImage: QUOTA / WORKERS };
const stack = await startBenchStack({ workers: WORKERS, env: { IDV_REKOGNITION_TPS: JSON.stringify(pace) } });
try {
  const { plain } = clients(stack);
  const people = [];
  for (let i = 0; i < LOGINS; i++) people.push({ userId: `burst-${i}`, selfie: await uniquePhoto() });
  // Enrolled by the baseline: what is measured comes after.
  for (const person of people) await plain.register(person);

  await patchTwin(stack, { rekognition: { quota: QUOTA } });
  const first: Outcome[] = [];
  const latencies: number[] = [];
  const started = performance.now();
  const verified = await Promise.all(
    people.map(async (person, i) => {
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const begun = performance.now();
        const outcome = await login(person, `burst-${i}`);
        if (attempt === 0) {
          first.push(outcome);
          latencies.push(performance.now() - begun);
        }
        if (outcome.kind !== 'busy') return outcome.kind === 'verified';
        await new Promise((resolve) => setTimeout(resolve, outcome.retryAfterMs * (0.5 + Math.random())));
      }
      return false;
    }),
  );
  const seconds = (performance.now() - started) / 1_000;
  const count = (kind: Outcome['kind']) => first.filter((outcome) => outcome.kind === kind).length;
  const throttled = await requests('ProvisionedThroughputExceededException');
  const figures: Figure[] = [
    { name: 'logins at once', value: LOGINS, unit: 'logins' },
    { name: 'quota', value: QUOTA, unit: 'calls/s per operation' },
    { name: 'answered at the first try', value: count('verified'), unit: 'logins' },
    { name: '503 with Retry-After at the first try', value: count('busy'), unit: 'logins' },
    {
      name: 'anything else at the first try',
      value: count('other'),
      unit: 'logins',
      target: { at: 'most', value: 0 },
    },
    { name: 'median of the first answer', value: distribution(latencies).median, unit: 'ms' },
    { name: 'slowest first answer', value: distribution(latencies).max, unit: 'ms' },
    {
      name: 'verified in the end',
      value: verified.filter(Boolean).length,
      unit: 'logins',
      target: { at: 'least', value: LOGINS },
    },
    { name: 'until all were in', value: round(seconds), unit: 's' },
    { name: 'calls that Rekognition throttled', value: throttled, unit: 'calls' },
  ];
  report('Burst of logins above the quota', figures, options);
} finally {
  await stack.close();
}

type Outcome = { kind: 'verified' | 'other' } | { kind: 'busy'; retryAfterMs: number };

async function login(person: { userId: string; selfie: string }, key: string): Promise<Outcome> {
  const response = await fetch(`${stack.api}/v1/verification-sessions`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stack.key}`,
      'idempotency-key': key,
      prefer: 'wait=30',
    },
    body: JSON.stringify({ flow: 'authentication', user_id: person.userId, selfie: person.selfie }),
  });
  const body = (await response.json()) as { status: string };
  const retryAfter = Number(response.headers.get('retry-after'));
  if (response.status === 503 && retryAfter > 0) return { kind: 'busy', retryAfterMs: retryAfter * 1_000 };
  if (response.status === 201 && body.status === 'verified') return { kind: 'verified' };
  console.error(`unexpected answer ${response.status}: ${JSON.stringify(body)}`);
  return { kind: 'other' };
}

async function requests(error: string): Promise<number> {
  const response = await fetch(`${stack.control}/requests?service=rekognition`);
  return ((await response.json()) as { error?: string }[]).filter((request) => request.error === error)
    .length;
}
