import type { BenchStack } from './stack.js';

/** One timed call. @throws Error with the answer when it is not the expected one */
export async function timed(call: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await call();
  return performance.now() - started;
}

async function post(
  url: string,
  body: unknown,
  key?: string,
): Promise<{ status: number; body: { status: string } }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as { status: string } };
}

export interface Person {
  userId: string;
  /** Base64. */
  selfie: string;
}

/** The two ways to the same end. */
export function clients(stack: BenchStack) {
  const idv = (flow: string) => async (person: Person) => {
    const answer = await post(
      `${stack.api}/v1/verification-sessions`,
      { flow, user_id: person.userId, selfie: person.selfie },
      stack.key,
    );
    if (answer.body.status !== 'verified') throw new Error(`idv answered ${JSON.stringify(answer)}`);
  };
  const plain = (path: string) => async (person: Person) => {
    const answer = await post(`${stack.plain}/${path}`, { user_id: person.userId, selfie: person.selfie });
    if (answer.body.status !== 'verified') throw new Error(`the baseline answered ${JSON.stringify(answer)}`);
  };
  return {
    idv: { login: idv('authentication'), register: idv('registration'), update: idv('photo_update') },
    plain: { login: plain('login'), register: plain('register'), update: plain('update') },
  };
}

/** Changes settings of the twin; see its control port. */
export async function patchTwin(stack: BenchStack, settings: object): Promise<void> {
  const response = await fetch(`${stack.control}/settings`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(settings),
  });
  if (!response.ok)
    throw new Error(`The twin's control port answered ${response.status}: ${await response.text()}`);
}

/** Milliseconds that every Rekognition call takes from now on. */
export function setRekognitionLatency(stack: BenchStack, ms: number): Promise<void> {
  return patchTwin(stack, { rekognition: { latencyMs: ms } });
}
