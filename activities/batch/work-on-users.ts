import type { ItemOutcome } from '../../domain/batch/item.js';
import type { Attempt } from './attempt.js';
import type { ChunkLedger } from './chunk-ledger.js';
import { fromManifest } from './from-manifest.js';
import {
  type ItemEnd,
  type ItemJob,
  type ItemMemo,
  type ItemTools,
  type ItemWork,
  wasKnownBy,
} from './item-work.js';
import type { UserItems } from './items-of-chunk.js';
import { letGo } from './let-go.js';
import type { Recorder } from './recorder.js';
import { type ChunkHealth, tryItem } from './try-item.js';
import { undoItem } from './undo-item.js';

/** What a chunk is worked on with. */
export interface ChunkWork {
  tools: ItemTools;
  job: ItemJob;
  ledger: ChunkLedger;
  recorder: Recorder;
  attempt: Attempt;
  /** Users at once now, and at most. */
  atOnce(): number;
  concurrency: number;
  ended(): void;
  stillOurs(): Promise<void>;
}

const SLOWED_MS = 200;

/** A user of many photos is let go of between two of them: a login, another photo or an erasure waits no longer. */
const HELD_MS = 10_000;

/**
 * Works on users side by side, and on the items of each one after the other. A user is let go of once the ledger has its
 * outcomes, of many items after some seconds those so far: an erasure that waits for whoever holds the user finds them there.
 * @throws what the first failure threw, or why the attempt is to stop; what was begun has ended by then
 */
export async function workOnUsers(work: ChunkWork, users: readonly UserItems[]): Promise<void> {
  const { recorder, attempt } = work;
  const { clock } = work.tools;
  let failure: unknown;
  const left: Unfinished[] = [];
  const waiting: Waiting = new Map();
  const health: ChunkHealth = {
    succeededAt: clock.now(),
    faults: 0,
    attempt: attempt.number,
    stopping: () => failure !== undefined || recorder.failed() !== undefined || attempt.stop.aborted,
    stillOurs: work.stillOurs,
  };
  let next = 0;
  const lane = async (number: number) => {
    while (next < users.length && !health.stopping()) {
      if (number >= work.atOnce()) {
        await clock.sleep(SLOWED_MS);
        continue;
      }
      try {
        await workOnUser(work, users[next++] ?? [], health, left, waiting);
      } catch (error) {
        failure ??= error;
      }
    }
  };
  const lanes = Math.min(work.concurrency, users.length);
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  try {
    await recorder.drain();
  } finally {
    await leave(work, left, waiting, attempt.stop.aborted && recorder.failed() === undefined);
  }
  if (attempt.stop.aborted && (failure || left.length > 0 || next < users.length)) throw attempt.stop.reason;
  if (failure) throw failure;
}

/** Users who are held until the ledger has their outcomes, and whether each has a face that counts. */
type Waiting = Map<string, boolean>;

/** An item that has no outcome, and may have left something behind. */
interface Unfinished {
  memo: ItemMemo;
  standing: boolean;
}

async function workOnUser(
  work: ChunkWork,
  items: UserItems,
  health: ChunkHealth,
  left: Unfinished[],
  waiting: Waiting,
): Promise<void> {
  const { tools, job, ledger, recorder, ended } = work;
  let subject: string | undefined;
  let standing = false;
  let heldSince = tools.clock.now();
  for (const [at, item] of items.entries()) {
    const memo: ItemMemo = {};
    let end: ItemEnd;
    try {
      if (at > 0 && health.stopping()) throw new Error('The chunk stops.');
      end = repeated(work, item) ?? (await tryItem(tools, job, item, health, memo));
    } catch (error) {
      const held = memo.held ? memo.subject : subject;
      left.push({ memo: held ? { ...memo, subject: held } : memo, standing });
      if (health.stopping()) return;
      throw error;
    }
    if (memo.held) subject = memo.subject;
    standing ||= end.standing === true;
    ledger.add(end.outcome);
    ended();
    const holding = subject;
    const lettingGo = at === items.length - 1 || tools.clock.now() - heldSince >= HELD_MS;
    const written = async (subject: string) => {
      await letGo(tools, job, subject, standing);
      waiting.delete(subject);
    };
    if (holding) waiting.set(holding, standing);
    recorder.add(end.outcome, lettingGo && holding ? () => written(holding) : undefined);
    if (!lettingGo || !holding || at === items.length - 1) continue;
    await recorder.drain();
    subject = undefined;
    standing = false; // the next item sees for itself
    heldSince = tools.clock.now();
  }
}

/** The same photo of the same user as before in this chunk: what became of the first one is said of this one. */
function repeated({ ledger, job, tools }: ChunkWork, work: ItemWork): ItemEnd | undefined {
  const { item, repeats } = work;
  const first = repeats === undefined ? undefined : ledger.ofLine(repeats);
  if (!first || item.line === undefined || first.userId !== item.userId) return undefined;
  const { attempts, face, duplicate, reason, attributes, was, ...same } = first;
  const itemId = job.idOf({ bucket: item.bucket, key: item.key, line: item.line });
  const outcome: ItemOutcome = {
    ...same,
    ...(first.status === 'indexed'
      ? { status: 'skipped', reason: 'already_indexed' }
      : { ...(reason ? { reason } : {}), ...(attempts ? { attempts } : {}) }),
    itemId,
    ...wasKnownBy(work, itemId),
    chunk: job.chunk,
    ...fromManifest(item),
    at: tools.clock.now(),
  };
  return { outcome };
}

/**
 * Lets go of users whose items have no outcome, as far as that can be done now; what they left behind counts for nobody. A
 * chunk that is cancelled may not be worked on again: then it is taken back. A try that is thought dead is cancelled too, and
 * what it began may have come to an outcome in a later one: then nothing is taken back, and whoever is held by this try is let go
 * of, since its outcomes are written no more.
 */
async function leave(
  { tools, job, stillOurs }: ChunkWork,
  left: readonly Unfinished[],
  waiting: Waiting,
  undo: boolean,
): Promise<void> {
  if (left.length === 0 && waiting.size === 0) return;
  const ours = await stillOurs().then(
    () => true,
    () => false, // or it is not known, which is the same
  );
  if (!ours)
    await Promise.allSettled([...waiting].map(([subject, stands]) => letGo(tools, job, subject, stands)));
  await Promise.allSettled(
    left.map(async ({ memo, standing }) => {
      if (undo && ours) await undoItem(tools, job, memo);
      if (memo.subject) await letGo(tools, job, memo.subject, standing);
    }),
  );
}
