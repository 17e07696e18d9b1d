/** Runs tasks of one key one after the other, tasks of different keys side by side. */
export interface KeyedLock {
  /** Holds all `keys` while `task` runs. Keys are taken in sorted order, so that two tasks never wait for each other. */
  hold<T>(keys: string | string[], task: () => Promise<T>): Promise<T>;
}

/** A lock for this process; keys exist only while somebody holds or awaits them. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>();

  const acquire = async (key: string): Promise<() => void> => {
    const before = tails.get(key);
    let free = () => {};
    const mine = new Promise<void>((resolve) => {
      free = resolve;
    });
    tails.set(key, mine);
    await before;
    return () => {
      if (tails.get(key) === mine) tails.delete(key);
      free();
    };
  };

  return {
    async hold(keys, task) {
      const releases: (() => void)[] = [];
      try {
        for (const key of [...new Set([keys].flat())].sort()) releases.push(await acquire(key));
        return await task();
      } finally {
        for (const release of releases.reverse()) release();
      }
    },
  };
}
