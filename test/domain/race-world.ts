import { externalImageId, type FaceRecord, type Rank } from '../../domain/face-record.js';

/** Who registers the face, or updates the photo of a registered user, in this race. */
export interface Participant {
  /** Also the session id; every participant is a user of their own. */
  name: string;
  shard: string;
  /** Clocks are not to be trusted: any value, equal ones too. */
  startedAt: number;
  /** Ticks until a face of this participant appears in searches, and until a removed one disappears. */
  appearsAfter: number;
  disappearsAfter: number;
  /** Of a photo update: where the face is that is to be replaced. */
  oldShard?: string | undefined;
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
  /** When a photo update replaces the old face; the whitepaper does so first. */
  replaces: 'after the commit' | 'before it';
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
  withdraws: 'all-of-the-session',
  undoesFirst: 'row',
  replaces: 'after the commit',
  oneFacePerKey: true,
  patience: Number.POSITIVE_INFINITY,
};

export interface StoredFace {
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

/** A world with the faces that are to be replaced. */
export function newWorld(shards: readonly string[], participants: readonly Participant[] = []): World {
  const world: World = { clock: 0, rows: new Map(), faces: [], shards, indexed: 0 };
  for (const { name, oldShard } of participants) {
    if (oldShard === undefined) continue;
    const face = { faceId: `${name}/old`, owner: oldKeyOf(name) };
    world.rows.set(oldKeyOf(name), {
      ...rowOf(name, oldFaceKeyOf(name), { startedAt: -1, sessionId: 'before' }),
      state: 'active',
      faces: { '1': { faceId: face.faceId, collection: oldShard, faceModelVersion: '7.0' } },
    });
    const always = { visibleFrom: 0, visibleUntil: Number.POSITIVE_INFINITY };
    world.faces.push({ ...face, shard: oldShard, ...always });
  }
  return world;
}

export const activeRows = ({ rows }: World) => [...rows.values()].filter(({ state }) => state === 'active');

const usersOf = (rows: readonly FaceRecord[]) => [...new Set(rows.map(({ subject }) => subject))];
export const activeUsers = (world: World) => usersOf(activeRows(world));

/** Users whom somebody could log in as. */
export const ableUsers = (world: World) =>
  usersOf(activeRows(world).filter((row) => !ghosts(world).includes(row)));

/** Active rows whose face is in no collection: users who exist and can never log in. */
export const ghosts = (world: World) =>
  activeRows(world).filter(
    ({ faces }) => !world.faces.some((face) => face.faceId === faces['1']?.faceId && stays(face)),
  );

const stays = (face: StoredFace) => face.visibleUntil === Number.POSITIVE_INFINITY;
const faceKeyOf = (name: string) => `key${name}`;
export const keyOf = (name: string) => externalImageId(name, faceKeyOf(name));
const oldFaceKeyOf = (name: string) => `old${name}`;
const oldKeyOf = (name: string) => externalImageId(name, oldFaceKeyOf(name));
export const isOf = (name: string, owner: string) => owner.startsWith(externalImageId(name, ''));

function rowOf(name: string, faceKey: string, rank: Rank): FaceRecord {
  const image = { bucket: 'photos', key: name, sha256: '', width: 1, height: 1 };
  return { subject: name, faceKey, state: 'tentative', rank, faces: {}, image };
}

export function place(world: World, me: Participant, rank: Rank): void {
  const key = keyOf(me.name);
  if (world.rows.has(key)) return; // a repeat
  world.rows.set(key, rowOf(me.name, faceKeyOf(me.name), rank));
}

export function index(world: World, me: Participant, { oneFacePerKey }: Protocol): string {
  const owner = keyOf(me.name);
  const known = world.faces.find((face) => face.owner === owner && stays(face));
  if (known && oneFacePerKey) return known.faceId;
  const faceId = `${me.name}/${++world.indexed}`;
  const visibleFrom = world.clock + me.appearsAfter;
  world.faces.push({ faceId, owner, shard: me.shard, visibleFrom, visibleUntil: Number.POSITIVE_INFINITY });
  return faceId;
}

/** Every face under the key: by the answer of IndexFaces, and by a search for what else is there. */
export function remove(world: World, me: Participant): void {
  removeFaces(world, me, keyOf(me.name));
}

export function removeFaces(world: World, me: Participant, owner: string, only?: string): void {
  for (const face of world.faces) {
    if (face.owner !== owner || !stays(face) || (only !== undefined && face.faceId !== only)) continue;
    face.visibleUntil = world.clock + me.disappearsAfter;
  }
}

export function commit(
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

/** What follows the commit of a photo update: the old row, then the old face. */
export function replace(world: World, me: Participant): void {
  const row = world.rows.get(oldKeyOf(me.name));
  if (row) world.rows.set(oldKeyOf(me.name), { ...row, state: 'replaced' });
}

export function removeOld(world: World, me: Participant): void {
  removeFaces(world, me, oldKeyOf(me.name));
}

export function displace(world: World, owner: string): boolean {
  const row = world.rows.get(owner);
  if (row?.state !== 'tentative') return false;
  world.rows.set(owner, { ...row, state: 'lost' });
  return true;
}

export function withdraw(world: World, me: Participant, { withdraws }: Protocol): void {
  const row = world.rows.get(keyOf(me.name));
  if (row?.rank.sessionId !== me.name) return;
  if (withdraws === 'never-counted' && row.state === 'active') return;
  world.rows.delete(keyOf(me.name));
}
