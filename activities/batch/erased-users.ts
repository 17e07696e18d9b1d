import { ERASED_SEEN_MS } from '../../domain/erasure.js';
import type { Clock } from './clock.js';

/** Who was erased while the job ran. */
export interface ErasedUsers {
  has(subject: string): Promise<boolean>;
}

/** Asks anew what is older than an erasure waits for. */
export function createErasedUsers(read: () => Promise<ReadonlySet<string>>, clock: Clock): ErasedUsers {
  let known: Promise<ReadonlySet<string>> | undefined;
  let readAt = 0;
  return {
    async has(subject) {
      if (!known || clock.now() - readAt >= ERASED_SEEN_MS) {
        readAt = clock.now();
        known = read();
        const asked = known;
        asked.catch(() => {
          if (known === asked) known = undefined;
        });
      }
      return (await known).has(subject);
    },
  };
}
