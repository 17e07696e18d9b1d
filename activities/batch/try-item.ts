import type { ItemOutcome, ItemReason } from '../../domain/batch/item.js';
import { failures } from '../../workflows/failures.js';
import { failureType } from '../failure-type.js';
import { jittered } from './clock.js';
import { fromManifest } from './from-manifest.js';
import { indexItem } from './index-item.js';
import { faultOfItem } from './item-fault.js';
import {
  type ItemEnd,
  type ItemJob,
  type ItemMemo,
  type ItemTools,
  type ItemWork,
  wasKnownBy,
} from './item-work.js';
import { userOf } from './look-at-item.js';
import { NOTHING_SUCCEEDS_MS, persist } from './persist.js';
import { undoItem } from './undo-item.js';

/** Tries of an item that fails, while others succeed. */
const TRIES = 5;
/** Throttles are nobody's fault; but one that is throttled so often while others are not never ends. */
const THROTTLES = 50;
/** Tries of a chunk in which nothing succeeds, some eight minutes: then it may be the last items that fail, and not the service. */
const PATIENT_TRIES = 10;
/** Photos one after the other that only an operator can mend: then it is not them. */
const FAULTS_IN_A_ROW = 10;
/** How long a user may be somebody else's: another chunk's whose worker died is there again by then. */
const BUSY_MS = 120_000;
const BUSY_APART_MS = 1_000;

/** What the items of a chunk know of each other. */
export interface ChunkHealth {
  /** When an item last came to its end, milliseconds since the epoch. */
  succeededAt: number;
  /** Photos since then that only an operator can mend. */
  faults: number;
  /** Of the chunk, from 1. */
  attempt: number;
  /** Nothing is to begin any more: what fails now is left as it is. */
  stopping(): boolean;
  /** Whoever gives an item up must know that no later try has it. @throws when one has */
  stillOurs(): Promise<void>;
}

/**
 * Works on an item until there is an outcome. Throttles wait; what fails is tried again, and given up, and undone, when it
 * keeps failing while others succeed.
 * @throws ApplicationFailure what the chunk must fail with: an operator must act, nothing succeeds, or it is to stop
 */
export async function tryItem(
  tools: ItemTools,
  job: ItemJob,
  work: ItemWork,
  health: ChunkHealth,
  memo: ItemMemo,
): Promise<ItemEnd> {
  const { clock } = tools;
  const began = clock.now();
  let failed = 0;
  let throttled = 0;
  let firstFailure = Number.POSITIVE_INFINITY;

  const giveUp = async (reason: ItemReason, attempts: number): Promise<ItemEnd> => {
    await health.stillOurs();
    await persist(() => undoItem(tools, job, memo), clock);
    return { outcome: deadLetter(tools, job, work, memo, reason, attempts) };
  };

  for (let tries = 1; ; tries++) {
    try {
      const end = await indexItem(tools, job, work, memo);
      if (end !== 'busy') {
        health.succeededAt = clock.now();
        health.faults = 0;
        return end;
      }
      if (clock.now() - began > BUSY_MS) return await giveUp('user_busy', tries);
    } catch (error) {
      const type = failureType(error);
      if (type === failures.operatorMustAct) {
        const fault = faultOfItem(error);
        if (!fault || health.stopping() || ++health.faults >= FAULTS_IN_A_ROW) throw error;
        return await giveUp(fault, tries);
      }
      firstFailure = Math.min(firstFailure, clock.now());
      if (type === failures.throttled) throttled++;
      else failed++;
      const others = health.succeededAt > firstFailure;
      const gaveUp =
        (throttled >= THROTTLES && others) ||
        (failed >= TRIES && (others || health.attempt >= PATIENT_TRIES));
      if (health.stopping()) throw error;
      if (gaveUp) return await giveUp(failed >= TRIES ? 'unavailable' : 'throttled', failed + throttled);
      if (clock.now() - Math.max(began, health.succeededAt) > NOTHING_SUCCEEDS_MS) throw error;
      await clock.sleep(jittered(tries));
      continue;
    }
    if (health.stopping()) throw stopped();
    await clock.sleep(Math.min(BUSY_APART_MS, 100 * tries));
  }
}

function deadLetter(
  { clock }: ItemTools,
  { chunk, idOf }: ItemJob,
  work: ItemWork,
  { itemId, subject }: ItemMemo,
  reason: ItemReason,
  attempts: number,
): ItemOutcome {
  const { item } = work;
  const { bucket, key, line } = item;
  const userId = userOf(item);
  // Where not even the object could be looked at, its ETag is not known.
  const known = itemId ?? work.itemId ?? idOf({ bucket, key, line });
  return {
    itemId: known,
    ...wasKnownBy(work, known),
    chunk,
    status: 'dead_letter',
    reason,
    attempts,
    uri: `s3://${bucket}/${key}`,
    ...(userId ? { userId } : {}),
    ...(subject ? { subject } : {}),
    ...fromManifest(item),
    at: clock.now(),
  };
}

const stopped = () => new Error('The chunk stops before this item has begun.');
