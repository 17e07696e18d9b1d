import type { StoredImage } from './image-ref.js';

/**
 * The law of faces: a face counts only if its row is `active` and lists its face id. `tentative` is a registration
 * under way, `lost` one that lost the race, `replaced` and `erased` are history.
 */
export type FaceState = 'tentative' | 'active' | 'replaced' | 'lost' | 'erased';

/** Where a face stands in line while registrations of one face race: earlier start first, then session id. */
export interface Rank {
  /** Milliseconds since the epoch, workflow time. */
  startedAt: number;
  sessionId: string;
}

/** A face in one collection. */
export interface IndexedFace {
  faceId: string;
  collection: string;
  faceModelVersion: string;
}

export interface FaceRecord {
  subject: string;
  faceKey: string;
  state: FaceState;
  rank: Rank;
  /** By collection generation ("1"); empty until indexed. */
  faces: Readonly<Record<string, IndexedFace>>;
  image: StoredImage;
  /** Of a batch job (`rank.sessionId`): the chunk whose ledger has the item. */
  chunk?: number;
  /** Not a rival took the face out of the race: its session was taken for dead, and another one holds the user. */
  fenced?: true;
}

/** What AWS sees of a face's owner. ExternalImageId allows `[a-zA-Z0-9_.\-:]+` (IndexFaces, API reference). */
export function externalImageId(subject: string, faceKey: string): string {
  return `${subject}:${faceKey}`;
}

/** The inverse of `externalImageId`; undefined for an id that is not ours. */
export function parseExternalImageId(
  id: string | undefined,
): { subject: string; faceKey: string } | undefined {
  const match = /^([a-z2-7]{26}):([a-z2-7]+)$/.exec(id ?? '');
  return match?.[1] && match[2] ? { subject: match[1], faceKey: match[2] } : undefined;
}

/** Does the row vouch for this face id? Anything else in a collection is an orphan and counts for nobody. */
export function counts(row: FaceRecord | undefined, faceId: string): boolean {
  return row?.state === 'active' && listsFace(row, faceId);
}

export function listsFace(row: Pick<FaceRecord, 'faces'>, faceId: string): boolean {
  return Object.values(row.faces).some((face) => face.faceId === faceId);
}

/** Ids of faces by the collection they are in, each once: what DeleteFaces takes. */
export function byCollection(
  faces: Iterable<Pick<IndexedFace, 'collection' | 'faceId'>>,
): Map<string, string[]> {
  const ids = new Map<string, Set<string>>();
  for (const { collection, faceId } of faces)
    ids.set(collection, (ids.get(collection) ?? new Set()).add(faceId));
  return new Map([...ids].map(([collection, each]) => [collection, [...each]]));
}
