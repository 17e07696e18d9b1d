/** Lets work in while its estimated memory fits, in the order of arrival. */
interface MemoryGate {
  /**
   * Runs `work` once `bytes` fit beside what runs already; work larger than the whole budget runs alone.
   * @throws GateBusy if it did not get in within the gate's `maxWaitMs`, or if too many wait already
   */
  run<T>(bytes: number, work: () => Promise<T>): Promise<T>;
}

/** The gate stayed closed for too long, or the queue before it is full. */
export class GateBusy extends Error {
  override readonly name = 'GateBusy';
}

interface Waiting {
  readonly cost: number;
  readonly enter: () => void;
}

/**
 * `budgetBytes` is shared by all work that runs; `slots` bounds how many run at once (each costs at least its share of
 * the budget). `maxWaiting` bounds the queue, because each one waiting holds its upload in memory.
 */
export function createMemoryGate(options: {
  budgetBytes: number;
  slots: number;
  maxWaiting: number;
  maxWaitMs: number;
}): MemoryGate {
  const { budgetBytes, slots, maxWaiting, maxWaitMs } = options;
  const queue: Waiting[] = [];
  let free = budgetBytes;

  /** First come, first served: a large image is not overtaken for ever by small ones. */
  function admit(): void {
    for (let first = queue[0]; first && first.cost <= free; first = queue[0]) {
      queue.shift();
      free -= first.cost;
      first.enter();
    }
  }

  function enter(cost: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (queue.length >= maxWaiting) {
        reject(new GateBusy(`${queue.length} images wait already`));
        return;
      }
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(new GateBusy(`not read within ${maxWaitMs} ms`));
        admit(); // the next in line may be smaller
      }, maxWaitMs);
      const waiting: Waiting = {
        cost,
        enter: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      queue.push(waiting);
      admit();
    });
  }

  return {
    async run(bytes, work) {
      const cost = Math.min(budgetBytes, Math.max(bytes, Math.floor(budgetBytes / slots)));
      await enter(cost);
      try {
        return await work();
      } finally {
        free += cost;
        admit();
      }
    },
  };
}
