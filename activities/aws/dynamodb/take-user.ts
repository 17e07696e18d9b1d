import type { Taken } from './conditional-writes.js';

/**
 * A holder this old is dead: one holds the user for seconds, a minute or so in an outage, and a session that is blocked lets go
 * first. Without an end, one that was terminated would keep its user out for ever.
 */
const ABANDONED_AFTER_MS = 3_600_000;

type Values = Record<string, unknown>;

/**
 * Takes a user that is free, or held by somebody who is long gone.
 * @param ways.take the conditional write, refused of whoever is being erased
 * @param ways.free when the user is free for us: condition and values of the first write
 * @param ways.fence keeps the holder that is thought dead from committing
 * @returns what was there before, undefined of a new user; or what keeps us out
 */
export async function takeUser(ways: {
  take: (condition: string, values: Values) => Promise<Taken>;
  free: readonly [condition: string, values: Values];
  fence: (held: Values) => Promise<void>;
}): Promise<{ before?: Values } | 'busy' | 'erasing'> {
  const taken = await ways.take(...ways.free);
  if (!('refused' in taken)) return taken;
  const { refused } = taken;
  if (refused.erasing) return 'erasing';
  const limit = Date.now() - ABANDONED_AFTER_MS;
  if (!(Number(refused.busySince) < limit)) return 'busy';
  // First of all: whoever is thought dead may live, and must not commit once somebody else holds the user.
  await ways.fence(refused);
  const again = await ways.take('busy = :old AND busySince < :limit', {
    ':old': refused.busy,
    ':limit': limit,
  });
  if (!('refused' in again)) return again;
  return again.refused.erasing ? 'erasing' : 'busy';
}
