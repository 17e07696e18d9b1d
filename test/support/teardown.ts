const steps: (() => Promise<unknown>)[] = [];

/** Runs `step` when the whole run ends; the last one added comes first. */
export function onTeardown(step: () => Promise<unknown>): void {
  steps.push(step);
}

/** Ends what the run shares. Every step runs, also after one that fails; the first failure is thrown. */
export async function teardown(): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps.splice(0).reverse()) await step().catch((error) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}
