import { externalImageId, type FaceRecord, type Rank } from '../../domain/face-record.js';
import { judgeRival } from '../../domain/race.js';

/**
 * A model of the race of registrations of one face: `workflows/enrol-face.ts` over rows that are read and written
 * strongly, and collections whose answers lag. Every call has two moments that others may come between: its effect, and
 * its answer.
 */
export interface Participant {
  /** Also the session id; every participant is a user of their own. */
  name: string;
  shard: string;
  /** Clocks are not to be trusted: any value, equal ones too. */
  startedAt: number;
  /** Ticks until a face of this participant appears in searches, and until a removed one disappears. */
  appearsAfter: number;
  disappearsAfter: number;
}

/** The order of things, as built; a test breaks one at a time to see the model notice. */
export interface Protocol {
  /** The row stands in line before anybody is looked for. */
  rowFirst: boolean;
  /** The other shards are searched only once the own face was seen. */
  seenFirst: boolean;
  otherShards: boolean;
  waits: boolean;
  displaces: boolean;
  conditionalCommit: boolean;
  /** A rival that could not be displaced is looked at again: it may have been quicker. */
  readsAgain: boolean;
  /** What an undo withdraws: rows that never counted, or whatever the session has put there. */
  withdraws: 'never-counted' | 'all-of-the-session';
  /** Whether an undo takes back the row or the face first. */
  undoesFirst: 'row' | 'face';
  /** IndexFaces answers a repeat with the face that is there (API reference); the twin can switch that off. */
  oneFacePerKey: boolean;
  /** Looks at a face or a rival that is not ready before giving up. */
  patience: number;
}

export const asBuilt: Protocol = {
  rowFirst: true,
  seenFirst: true,
  otherShards: true,
  waits: true,
  displaces: true,
  conditionalCommit: true,
  readsAgain: true,
  withdraws: 'never-counted',
  undoesFirst: 'face',
  oneFacePerKey: true,
  patience: Number.POSITIVE_INFINITY,
};

export type Outcome = 'registered' | 'duplicate' | 'incomplete';

interface StoredFace {
  faceId: string;
  owner: string;
  shard: string;
  visibleFrom: number;
  visibleUntil: number;
}

export interface World {
  clock: number;
  rows: Map<string, FaceRecord>;
  faces: StoredFace[];
  shards: readonly string[];
  indexed: number;
}

export function newWorld(shards: readonly string[]): World {
  return { clock: 0, rows: new Map(), faces: [], shards, indexed: 0 };
}

export const activeRows = ({ rows }: World) => [...rows.values()].filter(({ state }) => state === 'active');

/** Active rows whose face is in no collection: users who exist and can never log in. */
export const ghosts = (world: World) =>
  activeRows(world).filter(
    ({ faces }) => !world.faces.some((face) => face.faceId === faces['1']?.faceId && stays(face)),
  );

const stays = (face: StoredFace) => face.visibleUntil === Number.POSITIVE_INFINITY;
const faceKeyOf = (name: string) => `key${name}`;
export const keyOf = (name: string) => externalImageId(name, faceKeyOf(name));

/** A call that somebody waits for: made when the schedule says so, answered when it says so again. */
export interface Call {
  what: 'read' | 'search' | 'place' | 'index' | 'commit' | 'displace' | 'remove' | 'withdraw';
  make: () => unknown;
}
export type Story<T> = Generator<Call, T, never>;

function* call<T>(what: Call['what'], make: () => T): Generator<Call, T, never> {
  return (yield { what, make }) as T;
}

/** One registration, as `enrolFace` tells it, up to its outcome. Undos are registered before the step they undo. */
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
    ({ owner, row }) => owner !== keyOf(me.name) && (row?.state === 'active' || row?.state === 'tentative'),
  );
  for (const rival of rivals) {
    const lost = yield* settleRival(world, rank, rival, protocol);
    if (lost) return lost;
  }
  if (!protocol.rowFirst) yield* call('place', () => place(world, me, rank));
  const committed = yield* call('commit', () => commit(world, me, rank, faceId, protocol));
  return committed ? 'registered' : 'duplicate';
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

function* settleRival(world: World, rank: Rank, rival: Hit, protocol: Protocol): Story<Outcome | undefined> {
  for (let looks = 1; ; looks++) {
    const row = yield* call('read', () => world.rows.get(rival.owner));
    const move = judgeRival(rank, row, rival.faceId);
    if (move === 'ignore') return undefined;
    if (move === 'lose') return 'duplicate';
    if (move === 'displace') {
      if (!protocol.displaces) return undefined;
      const displaced = yield* call('displace', () => displace(world, rival.owner));
      if (displaced || !protocol.readsAgain) return undefined;
      continue; // it changed under our hands
    }
    if (!protocol.waits) return undefined;
    if (looks > protocol.patience) return 'incomplete';
  }
}

/** Undos in reverse order; each one's effect and answer are moments like any other. */
export function* undo(undos: (() => Story<void>)[]): Story<void> {
  for (let next = undos.shift(); next; next = undos.shift()) yield* next();
}

function place(world: World, me: Participant, rank: Rank): void {
  const key = keyOf(me.name);
  if (world.rows.has(key)) return; // a repeat
  const image = { bucket: 'photos', key: me.name, sha256: '', width: 1, height: 1 };
  world.rows.set(key, {
    subject: me.name,
    faceKey: faceKeyOf(me.name),
    state: 'tentative',
    rank,
    faces: {},
    image,
  });
}

function index(world: World, me: Participant, { oneFacePerKey }: Protocol): string {
  const owner = keyOf(me.name);
  const known = world.faces.find((face) => face.owner === owner && stays(face));
  if (known && oneFacePerKey) return known.faceId;
  const faceId = `${me.name}/${++world.indexed}`;
  const visibleFrom = world.clock + me.appearsAfter;
  world.faces.push({ faceId, owner, shard: me.shard, visibleFrom, visibleUntil: Number.POSITIVE_INFINITY });
  return faceId;
}

/** Every face under the key: by the answer of IndexFaces, and by a search for what else is there. */
function remove(world: World, me: Participant): void {
  removeFaces(world, me, keyOf(me.name));
}

function removeFaces(world: World, me: Participant, owner: string, only?: string): void {
  for (const face of world.faces) {
    if (face.owner !== owner || !stays(face) || (only !== undefined && face.faceId !== only)) continue;
    face.visibleUntil = world.clock + me.disappearsAfter;
  }
}

function commit(
  world: World,
  me: Participant,
  rank: Rank,
  faceId: string,
  { conditionalCommit }: Protocol,
): boolean {
  const row = world.rows.get(keyOf(me.name));
  if (row?.state === 'active') return row.faces['1']?.faceId === faceId;
  if (!row || (conditionalCommit && (row.state !== 'tentative' || row.rank.sessionId !== rank.sessionId)))
    return false;
  const face = { faceId, collection: me.shard, faceModelVersion: '7.0' };
  world.rows.set(keyOf(me.name), { ...row, state: 'active', faces: { '1': face } });
  return true;
}

function displace(world: World, owner: string): boolean {
  const row = world.rows.get(owner);
  if (row?.state !== 'tentative') return false;
  world.rows.set(owner, { ...row, state: 'lost' });
  return true;
}

function withdraw(world: World, me: Participant, { withdraws }: Protocol): void {
  const row = world.rows.get(keyOf(me.name));
  if (row?.rank.sessionId !== me.name) return;
  if (withdraws === 'never-counted' && row.state === 'active') return;
  world.rows.delete(keyOf(me.name));
}
