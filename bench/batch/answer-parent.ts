import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a process of a bench takes. */
export interface Usage {
  /** Bytes after a collection of garbage, without buffers: those of sockets come and go by the megabyte. */
  heap: number;
  /** Bytes that the operating system counts. */
  resident: number;
  /** Milliseconds of CPU since it began. */
  cpu: number;
}

/** Lets a bench ask this process: what it uses, and whatever else is named. */
export function answerParent(answers: Record<string, () => unknown> = {}): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const all: typeof answers = {
    ...answers,
    usage(): Usage {
      const { user, system } = process.cpuUsage();
      collect();
      const { heapUsed, rss } = process.memoryUsage();
      return { heap: heapUsed, resident: rss, cpu: (user + system) / 1_000 };
    },
  };
  process.on('message', ({ ask, id }: { ask: string; id: number }) => {
    const answer = all[ask];
    if (answer) process.send?.({ id, answer: answer() });
  });
  process.channel?.unref(); // or it would keep a process that has ended its work
}
