import { setTimeout as delay } from 'node:timers/promises';

/** Waits until `condition` holds; throws, naming `what`, when it does not within `within` ms. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 10_000,
): Promise<void> {
  const deadline = Date.now() + within;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Not within ${within} ms: ${what}`);
    await delay(25);
  }
}
