import type { FaceRecord, Rank } from '../../domain/face-record.js';
import { judgeRival } from '../../domain/race.js';
import {
  commit,
  displace,
  index,
  isOf,
  keyOf,
  type Participant,
  type Protocol,
  place,
  remove,
  removeFaces,
  removeOld,
  replace,
  type StoredFace,
  type World,
  withdraw,
} from './race-world.js';

/**
 * A model of the race of registrations of one face: `workflows/enrol-face.ts` over rows that are read and written
 * strongly, and collections whose answers lag. Every call has two moments that others may come between: its effect, and
 * its answer.
 */
export type Outcome = 'registered' | 'duplicate' | 'incomplete';

/** A call that somebody waits for: made when the schedule says so, answered when it says so again. */
export interface Call {
  what: 'read' | 'search' | 'place' | 'index' | 'commit' | 'displace' | 'remove' | 'withdraw' | 'replace';
  make: () => unknown;
}
export type Story<T> = Generator<Call, T, never>;

function* call<T>(what: Call['what'], make: () => T): Generator<Call, T, never> {
  return (yield { what, make }) as T;
}

/** One registration or photo update, as `enrolFace` tells it, up to its outcome. Undos are registered before the step they undo. */
export function* register(
  world: World,
  me: Participant,
  protocol: Protocol,
  undos: (() => Story<void>)[],
): Story<Outcome> {
  const rank: Rank = { startedAt: me.startedAt, sessionId: me.name };

  const withdrawing = () => call('withdraw', () => withdraw(world, me, protocol));
  undos.unshift(withdrawing);
  if (protocol.rowFirst) yield* call('place', () => place(world, me, rank));
  const removing = () => call('remove', () => remove(world, me));
  if (protocol.undoesFirst === 'face') undos.unshift(removing);
  else undos.push(removing);
  const faceId = yield* call('index', () => index(world, me, protocol));

  let own = yield* search(world, me, [me.shard]);
  for (let looks = 1; protocol.seenFirst && !own.some((hit) => hit.faceId === faceId); looks++) {
    if (looks > protocol.patience) return 'incomplete';
    own = yield* search(world, me, [me.shard]);
  }
  for (const { owner, faceId: id } of own.filter((hit) => hit.owner === keyOf(me.name))) {
    if (id !== faceId) yield* call('remove', () => removeFaces(world, me, owner, id));
  }
  const others = protocol.otherShards
    ? yield* search(
        world,
        me,
        world.shards.filter((shard) => shard !== me.shard),
      )
    : [];
  const rivals = [...own, ...others].filter(
    ({ owner, row }) => !isOf(me.name, owner) && (row?.state === 'active' || row?.state === 'tentative'),
  );
  const lost = yield* settleRivals(world, rank, rivals, protocol);
  if (lost) return lost;
  if (!protocol.rowFirst) yield* call('place', () => place(world, me, rank));
  const removesLast = protocol.replaces === 'after the commit';
  if (!removesLast) yield* replaceOld(world, me);
  const committed = yield* call('commit', () => commit(world, me, rank, faceId, protocol));
  if (!committed) return 'duplicate';
  if (removesLast) yield* replaceOld(world, me);
  return 'registered';
}

/** As `activities/replace-faces.ts`. */
function* replaceOld(world: World, me: Participant): Story<void> {
  if (me.oldShard === undefined) return;
  yield* call('replace', () => replace(world, me));
  yield* call('remove', () => removeOld(world, me));
}

interface Hit {
  owner: string;
  faceId: string;
  row: FaceRecord | undefined;
}

/** Each shard answers at its own moment; the rows of all that was found are read after that. */
function* search(world: World, me: Participant, shards: readonly string[]): Story<Hit[]> {
  const hits: StoredFace[] = [];
  for (const shard of shards) {
    hits.push(
      ...(yield* call('search', () =>
        world.faces.filter(
          (face) =>
            face.shard === shard && face.visibleFrom <= world.clock && world.clock < face.visibleUntil,
        ),
      )),
    );
  }
  if (hits.every(({ owner }) => owner === keyOf(me.name)))
    return hits.map((hit) => ({ ...hit, row: undefined }));
  return yield* call('read', () => hits.map((hit) => ({ ...hit, row: world.rows.get(hit.owner) })));
}

/** As `settleRivals`: all of them together, each row read at its own moment. */
function* settleRivals(
  world: World,
  rank: Rank,
  rivals: readonly Hit[],
  protocol: Protocol,
): Story<Outcome | undefined> {
  for (let looks = 1; rivals.length > 0; looks++) {
    const moves: { owner: string; move: ReturnType<typeof judgeRival> }[] = [];
    for (const { owner, faceId } of rivals) {
      const row = yield* call('read', () => world.rows.get(owner));
      moves.push({ owner, move: judgeRival(rank, row, faceId) });
    }
    if (moves.some(({ move }) => move === 'lose')) return 'duplicate';
    if (!protocol.waits || !moves.some(({ move }) => move === 'wait')) {
      const behind = moves.filter(({ move }) => protocol.displaces && move === 'displace');
      const displaced: boolean[] = [];
      for (const { owner } of behind) displaced.push(yield* call('displace', () => displace(world, owner)));
      if (displaced.every(Boolean) || !protocol.readsAgain) return undefined;
      continue; // one of them changed under our hands
    }
    if (looks > protocol.patience) return 'incomplete';
  }
  return undefined;
}

/** Undos in reverse order; each one's effect and answer are moments like any other. */
export function* undo(undos: (() => Story<void>)[]): Story<void> {
  for (let next = undos.shift(); next; next = undos.shift()) yield* next();
}
