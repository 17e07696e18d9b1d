import { DAY_MS } from './days.js';
import type { FaceRecord } from './face-record.js';
import { parseExternalImageId } from './face-record.js';
import type { Tenant } from './session.js';
import { isFinal, type Status } from './status.js';

/** `incomplete`: the last search, or the last look through the stores, could not be made or still found something. */
export type ErasureStatus = 'processing' | 'done' | 'incomplete';

/** What was removed from one store, over all passes. */
export interface ErasedStore {
  store: string;
  /** Faces, versions of objects, rows. */
  erased: number;
  /** When it was last looked through, milliseconds since the epoch. */
  at: number;
}

/** Faces of the user that a search still found in a collection. */
export interface Remaining {
  collection: string;
  faces: number;
}

/** Photos of the user that are where a batch job found them, and were not touched. */
export interface KeptPhotos {
  bucket: string;
  photos: number;
}

/** What was removed of photos, and what was not. */
export interface ErasedPhotos {
  erased: number;
  kept: readonly KeptPhotos[];
}

/** The erasure of a user: its receipt, and the state of its workflow. Knows a pseudonym and nothing else of the person. */
export interface Erasure {
  erasureId: string;
  subject: string;
  status: ErasureStatus;
  /** Name of the API key that asked for it. */
  requestedBy: string;
  /** Milliseconds since the epoch, as all times here. */
  requestedAt: number;
  doneAt?: number;
  stores: readonly ErasedStore[];
  /** Absent where there is none. */
  kept?: readonly KeptPhotos[];
  /** What the last search found; absent until it was made, and where there was no photo to search with. */
  remaining?: readonly Remaining[];
  /** When the last backup that knows the user is gone. */
  backupsExpireAt?: number;
  /** When Temporal has forgotten every workflow that knew the user; absent where it does not say for how long it keeps them. */
  historiesExpireAt?: number;
}

/**
 * How far DynamoDB's point-in-time recovery goes back.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html
 */
export const BACKUP_DAYS = 35;

/** A session of the user that ended before the erasure may look for duplicates once more: about a minute. */
const TAIL_MS = 120_000;

/** An erasure at its beginning. */
export function begunErasure(
  request: Pick<Erasure, 'erasureId' | 'subject' | 'requestedBy' | 'requestedAt'>,
): Erasure {
  return { ...request, status: 'processing', stores: [] };
}

/** Adds what a pass over a store removed. */
export function addErased(erasure: Erasure, store: string, erased: number, at: number): Erasure {
  const before = erasure.stores.find((each) => each.store === store);
  if (!before) return { ...erasure, stores: [...erasure.stores, { store, erased, at }] };
  const sum = { store, erased: before.erased + erased, at };
  return { ...erasure, stores: erasure.stores.map((each) => (each === before ? sum : each)) };
}

/** Adds photos that a pass met where they are not ours. What it met is forgotten by the next one. */
export function addKept(erasure: Erasure, kept: readonly KeptPhotos[] = []): Erasure {
  if (kept.length === 0) return erasure;
  const sums = new Map(erasure.kept?.map(({ bucket, photos }) => [bucket, photos]));
  for (const { bucket, photos } of kept) sums.set(bucket, (sums.get(bucket) ?? 0) + photos);
  return { ...erasure, kept: [...sums].map(([bucket, photos]) => ({ bucket, photos })) };
}

/**
 * The end of an erasure.
 * @param last.emptied whether the last pass over the stores found nothing
 * @param last.remaining what the last search found; undefined: there was no photo to search with
 * @param last.hadFaces whether rows told of faces that such a search would have looked for
 * @param last.retentionMs how long Temporal keeps a closed workflow; undefined: not known
 */
export function endedErasure(
  erasure: Erasure,
  last: {
    emptied: boolean;
    remaining: readonly Remaining[] | undefined;
    hadFaces: boolean;
    retentionMs: number | undefined;
    at: number;
  },
): Erasure {
  const { emptied, remaining, hadFaces, retentionMs, at } = last;
  const noFaceLeft = remaining ? remaining.every(({ faces }) => faces === 0) : !hadFaces;
  return {
    ...erasure,
    status: emptied && noFaceLeft ? 'done' : 'incomplete',
    doneAt: at,
    backupsExpireAt: at + BACKUP_DAYS * DAY_MS,
    ...(remaining ? { remaining } : {}),
    ...(retentionMs === undefined ? {} : { historiesExpireAt: at + TAIL_MS + retentionMs }),
  };
}

/** Is this a face of the user, under whatever key? */
export function isFaceOf(subject: string, externalImageId: string | undefined): boolean {
  return parseExternalImageId(externalImageId)?.subject === subject;
}

/** Photos to search with, the best first: of a face that counts, then the newest. Each once. */
export function searchPhotos(faces: readonly FaceRecord[]): FaceRecord['image'][] {
  const known = faces
    .filter((face) => face.image)
    .sort(
      (a, b) =>
        Number(b.state === 'active') - Number(a.state === 'active') || b.rank.startedAt - a.rank.startedAt,
    )
    .map(({ image }) => image);
  return known.filter(
    (image, at) => known.findIndex(({ bucket, key }) => bucket === image.bucket && key === image.key) === at,
  );
}

/** Sessions that have to end before their user can be erased. */
export function isUnderWay(status: Status | undefined): boolean {
  return status !== undefined && !isFinal(status);
}

/** Everything in S3 that belongs to a user begins with this. */
export function userPhotoPrefix({ account, mode }: Tenant, subject: string): string {
  return `faces/${account}/${mode}/${subject}/`;
}

/** Where an erasure keeps the photo of its last search: no face key is this, so no undo touches it. */
export function lastPhotoKey(tenant: Tenant, subject: string): string {
  return `${userPhotoPrefix(tenant, subject)}last-known`;
}

/** A batch job asks so often who was erased while it runs: what it knows is no older. */
export const ERASED_SEEN_MS = 5_000;

/** So long a job is told of erasures, and keeps what it was told; one that has been there for longer is not. */
export const ERASED_TOLD_MS = 90 * 86_400_000;
