import assert from 'node:assert/strict';

/** One thing that a service does, as its reference says. */
export interface Check<C> {
  name: string;
  /** The page of the AWS reference that says so. */
  page: string;
  run(client: C): Promise<void>;
}

/** How a server may differ from the contract: the check's name and why we put up with it. */
export type Differences = Record<string, string>;

/** Registers a test for each check. A difference must be a check's name, and the check must really fail. */
export function register<C>(checks: Check<C>[], getClient: () => C, differences: Differences = {}): void {
  const known = new Set(checks.map((check) => check.name));
  for (const name of Object.keys(differences)) assert.ok(known.has(name), `No check is called "${name}".`);
  for (const check of checks) {
    const why = differences[check.name];
    if (why === undefined) {
      it(check.name, async () => check.run(getClient()));
      continue;
    }
    it(`${check.name} (differs: ${why})`, async () => {
      await assert.rejects(() => check.run(getClient()), 'It passes by now: remove it from the differences.');
    });
  }
}

/** The error that `promise` is rejected with; its name must be `name`, its status `status` where given. */
export async function rejected(
  promise: Promise<unknown>,
  name: string,
  status?: number,
): Promise<Error & Record<string, unknown>> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as Error & { $metadata?: { httpStatusCode?: number } },
  );
  assert.ok(error, `expected ${name}, but it succeeded`);
  assert.equal(error.name, name, error.message);
  if (status !== undefined) assert.equal(error.$metadata?.httpStatusCode, status);
  return error as Error & Record<string, unknown>;
}
