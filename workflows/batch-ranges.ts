import { condition, TemporalFailure } from '@temporalio/workflow';
import type { SourcePosition } from '../domain/batch/chunk.js';
import type { BatchApi, BatchSpec } from '../domain/batch/job.js';
import type { Lanes } from '../domain/batch/lanes.js';
import type { SourceRange } from '../domain/batch/source.js';
import { indexChunk, splitSource } from './batch.js';
import type { Job } from './batch-job.js';
import { type Chunks, isLong, SHORT_CHUNK } from './batch-lanes.js';
import type { BegunRange } from './batch-messages.js';

/** The source, a range to a chunk. It is split while lanes work, some ranges ahead of them. */
export interface Ranges extends Chunks<BegunRange> {
  /** Waits until nothing is being split. */
  settled(): Promise<void>;
}

export const callsOfAnItem = ({ precheck }: BatchSpec): readonly BatchApi[] =>
  precheck ? ['IndexFaces', 'DetectFaces'] : ['IndexFaces'];

export function rangesOf(job: Job): Ranges {
  const { input, held, state } = job;
  let splitting = false;

  async function split({ chunkItems, lanes }: Lanes): Promise<void> {
    splitting = true;
    try {
      const { tenant } = input;
      const { spec } = state();
      const remaining = spec.limit === undefined ? {} : { remaining: spec.limit - state().items };
      const from = held.position === undefined ? {} : { position: held.position };
      const request = {
        tenant,
        source: spec.source,
        chunkItems,
        chunks: aheadOf(lanes),
        ...from,
        ...remaining,
      };
      const { chunks, position } = await job.stoppable(() => splitSource(request));
      const found = state().items + itemsOf(chunks);
      const isEnough = spec.limit !== undefined && found >= spec.limit;
      held.waiting.push(...chunks);
      held.splitInto = chunkItems;
      if (position === undefined || isEnough) delete held.position;
      else held.position = position;
      job.note({ items: found, listed: position === undefined || isEnough });
    } catch (error) {
      if (!(job.isStopped() && error instanceof TemporalFailure)) job.block(error);
    } finally {
      splitting = false;
    }
  }

  /** Ranges that were made for a faster job would keep a slower one busy for too long. */
  function joinWaiting(): void {
    const [first] = held.waiting;
    if (!first) return;
    held.position = startOf(first.range);
    leaveWaiting(job);
  }

  const wantsMore = () => !state().listed && !splitting;

  return {
    get perItem() {
      return callsOfAnItem(state().spec);
    },
    isWaiting: () => held.again.length + held.waiting.length > 0 || wantsMore(),
    isEmpty: () => held.again.length + held.waiting.length === 0 && state().listed && !splitting,
    numberOf: ({ chunk }) => chunk,
    itemsOf: ({ items }) => items,
    isShort: ({ items }) => items <= SHORT_CHUNK,
    take(usual) {
      const lanes = isLong() ? { ...usual, chunkItems: Math.min(usual.chunkItems, SHORT_CHUNK) } : usual;
      if (!splitting && held.splitInto > 2 * lanes.chunkItems) joinWaiting();
      if (wantsMore() && held.waiting.length < lanes.lanes) void split(lanes);
      const again = held.again.shift();
      if (again) return again;
      const range = held.waiting.shift();
      if (!range) return undefined;
      const { chunks } = state();
      job.note({ chunks: { ...chunks, begun: chunks.begun + 1 } });
      return { ...range, chunk: chunks.begun };
    },
    work: ({ chunk, range }, means) => {
      const { tenant, jobId, policy } = input;
      return indexChunk({ tenant, jobId, policy, spec: state().spec, chunk, range, ...means });
    },
    ended({ items }, result) {
      const { chunks } = state();
      // What came into the source since it was split, or left it, counts as it was found.
      const found = state().items + result.items - items;
      job.count(result, { items: found, chunks: { ...chunks, done: chunks.done + 1 } });
    },
    giveBack: (range) => {
      held.again.unshift(range);
    },
    settled: () => condition(() => !splitting),
  };
}

/** Nobody begins what waits: it counts as not met. */
export function leaveWaiting({ held, state, note }: Job): void {
  if (held.waiting.length === 0) return;
  note({ items: state().items - itemsOf(held.waiting), listed: false });
  held.waiting = [];
}

/** What costs no more than a few lists of S3, and is there before the lanes need it. */
const aheadOf = (lanes: number) => Math.max(16, 2 * lanes);

const itemsOf = (ranges: readonly { items: number }[]) => ranges.reduce((sum, { items }) => sum + items, 0);

function startOf(range: SourceRange): SourcePosition {
  if (range.kind === 'keys') return { kind: 'keys', after: range.after };
  const { from, line, etag } = range;
  return { kind: 'bytes', from, line, etag };
}
