import type { LanePace } from '../../../domain/batch/chunk.js';
import type { Lanes } from '../../../domain/batch/lanes.js';
import { beginTurns, noteAnswer, paceAfter, type Turns, takeTurn } from '../../../domain/batch/pace.js';

/** Who is called: whether a call that arrives at a time is let through. Times in milliseconds, from 0. */
export type Service = (time: number) => boolean;

export interface Load {
  lanes: Lanes;
  endAt: number;
  /** Of a call, there and back. */
  latency: () => number;
  /** Between two chunks of a lane. */
  gap: () => number;
}

/** A call and what came of it. */
export interface Call {
  at: number;
  throttled: boolean;
}

/** Lanes that work on one chunk after the other, each call with its turn, as chunk activities do. */
export function simulate({ lanes, endAt, latency, gap }: Load, service: Service): Call[] {
  const calls: Call[] = [];
  const { at, run } = clock(endAt);
  for (let lane = 0; lane < lanes.lanes; lane++) {
    const chunk = (pace: LanePace, now: number) => {
      let turns: Turns = beginTurns(pace, now);
      let left = lanes.chunkItems;
      let busy = Math.min(lanes.concurrency, lanes.chunkItems);
      const finished = (time: number) => {
        busy -= 1;
        if (busy > 0) return;
        const after = time + gap();
        at(after, (then) => chunk({ ...pace, ...paceAfter(turns, time) }, then));
      };
      const item = (time: number) => {
        if (left === 0) return finished(time);
        left -= 1;
        attempt(time);
      };
      const attempt = (time: number) => {
        const turn = takeTurn(turns, 'IndexFaces', time);
        turns = turn.turns;
        at(turn.at, send);
      };
      const send = (sentAt: number) => {
        const way = latency() / 2;
        at(sentAt + way, (arrived) => {
          const throttled = !service(arrived);
          calls.push({ at: arrived, throttled });
          at(arrived + way, (answered) => {
            turns = noteAnswer(turns, throttled, answered);
            if (throttled) attempt(answered);
            else item(answered);
          });
        });
      };
      for (let each = busy; each > 0; each--) item(now);
    };
    at(0, (now) => chunk({ rates: lanes.rates, next: {}, allowed: 1 }, now));
  }
  run();
  return calls;
}

/** Does what is due, in order, without waiting. */
function clock(endAt: number) {
  const due = new Map<number, ((time: number) => void)[]>();
  const heap: number[] = [];
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [heap[b] as number, heap[a] as number];
  };
  const push = (time: number) => {
    let at = heap.push(time) - 1;
    while (at > 0 && (heap[at] as number) < (heap[(at - 1) >> 1] as number)) {
      swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  };
  const pop = () => {
    const top = heap[0];
    const last = heap.pop();
    if (heap.length > 0 && last !== undefined) heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const least = [left, right].reduce(
        (best, child) =>
          child < heap.length && (heap[child] as number) < (heap[best] as number) ? child : best,
        at,
      );
      if (least === at) return top;
      swap(at, least);
      at = least;
    }
  };
  return {
    at(time: number, what: (time: number) => void) {
      const others = due.get(time);
      if (others) others.push(what);
      else {
        due.set(time, [what]);
        push(time);
      }
    },
    run() {
      for (let time = pop(); time !== undefined && time < endAt; time = pop()) {
        const whats = due.get(time) ?? [];
        for (const what of whats) what(time); // also what is added for this very time
        due.delete(time);
      }
    },
  };
}
