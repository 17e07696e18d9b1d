import type { BatchApi, Rates } from './job.js';

/** How the chunks of a job run side by side. */
export interface Lanes {
  /** 0: the job rests now. */
  lanes: number;
  /** 65–500, and from 25 on where few items are left: about ten seconds of work, longer at less than 13 calls a second. */
  chunkItems: number;
  /** Calls at once of a lane, at most. */
  concurrency: number;
  /** Of one lane. */
  rates: Rates;
}

const UNLIMITED = { lanes: 8, chunkItems: 500, concurrency: 16 };
const CHUNK_SECONDS = 10;
/** A chunk leaves six events in history (its task, and the workflow's that follows it), and an item no more than a tenth of one. */
const CHUNK_ITEMS = { least: 65, most: 500 };
/** Of the few items of a trial, so that lanes share them. */
const FEW_ITEMS = 25;
/** Calls a second that one lane makes at most. */
const LANE_TPS = 50;
/** With two, a worker that dies stops half of the work, until its heartbeat is missed, and not all of it. */
const LEAST_LANES = 2;
/** An item may take so long, from its first write to its last, before a lane falls behind its rate. */
const ITEM_SECONDS = 2;
const CONCURRENCY = { least: 4, most: 100 };

/**
 * How many lanes share the rates, and how large their chunks are.
 * @param rates of the job now, all lanes together
 * @param perItem what is called for an item, each as often as it is named: the slowest says how fast items go
 * @param items what is left to do, where that is known: a few items make few, small chunks
 */
export function lanesFor(
  rates: Rates,
  perItem: readonly BatchApi[] = ['IndexFaces'],
  items: number = Number.POSITIVE_INFINITY,
): Lanes {
  const limits = perItem.flatMap((api) => {
    const rate = rates[api];
    return rate === undefined ? [] : rate / perItem.filter((each) => each === api).length;
  });
  const rate = Math.min(...limits);
  if (rate <= 0) return { lanes: 0, chunkItems: CHUNK_ITEMS.least, concurrency: 0, rates };
  const limited = Number.isFinite(rate);
  const wanted = limited
    ? Math.max(1, Math.ceil(rate / LANE_TPS), Math.min(LEAST_LANES, Math.floor(rate)))
    : UNLIMITED.lanes;
  const full = limited
    ? clamp(Math.round((CHUNK_SECONDS * rate) / wanted), CHUNK_ITEMS)
    : UNLIMITED.chunkItems;
  const chunkItems = Math.min(full, Math.max(FEW_ITEMS, Math.ceil(items / wanted)));
  const lanes = Math.max(1, Math.min(wanted, Math.ceil(items / chunkItems)));
  const concurrency = limited
    ? clamp(Math.ceil((ITEM_SECONDS * rate) / wanted), CONCURRENCY)
    : UNLIMITED.concurrency;
  const by = limited ? Math.max(lanes, rate / LANE_TPS) : lanes;
  return { lanes, chunkItems, concurrency, rates: shared(rates, by) };
}

/** The same lanes with chunks that share so many items. */
export function inSmallChunks<L extends Lanes>(lanes: L, items: number): L {
  const share = Math.max(FEW_ITEMS, Math.ceil(items / Math.max(1, lanes.lanes)));
  return { ...lanes, chunkItems: Math.min(lanes.chunkItems, share) };
}

const clamp = (value: number, { least, most }: { least: number; most: number }) =>
  Math.min(most, Math.max(least, value));

const shared = (rates: Rates, by: number): Rates =>
  Object.fromEntries(Object.entries(rates).map(([api, rate]) => [api, rate / by]));
