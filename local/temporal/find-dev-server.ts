import { CANDIDATES, type DevServerSource, type SearchContext } from './dev-server-candidates.js';

/**
 * Finds a Temporal server or makes one. Each candidate that fails says why in one line and the next is tried.
 * Throws, within 30 s, when there is none; the message says why for each and what can be done.
 */
export async function findDevServer(
  context: SearchContext,
  candidates = CANDIDATES,
): Promise<DevServerSource> {
  const reasons: string[] = [];
  for (const { name, find, insists } of candidates) {
    const found = await find(context);
    if ('kind' in found) {
      context.log(`Temporal: ${found.from}`);
      return found;
    }
    reasons.push(`${name}: ${found.missing}`);
    context.log(`Temporal, not from ${name}: ${found.missing}`);
    context.signal?.throwIfAborted();
    if (insists?.(context.env)) break;
  }
  throw new Error(`No Temporal server can be had.
${reasons.map((reason) => `  - ${reason}`).join('\n')}
Do one of these and try again:
  - install the Temporal CLI (https://docs.temporal.io/cli), so that \`temporal\` is on PATH
  - set TEMPORAL_ADDRESS to the host:port of a server that runs
  - install Go 1.25 or later (https://go.dev/dl): the CLI is then built, once, in about five minutes`);
}
