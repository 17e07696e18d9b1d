import type { RecordLog } from './record-log.js';
import { type Change, type CollectionMetadata, encodeChange, type FaceMetadata } from './records.js';
import type { VectorTable } from './vector-table.js';

/** A face to be added. */
export interface NewFace {
  face: FaceMetadata;
  vector: Float32Array;
}

/** A face found, and the cosine to what was searched. */
export interface Match {
  face: FaceMetadata;
  cosine: number;
}

/** Which faces count in a search or list. */
export interface Visibility {
  /** Faces indexed less than this many milliseconds ago do not show yet. */
  delayMs: number;
}

/** A collection of faces. Changes are on disk when they are answered. */
export interface Collection {
  readonly metadata: CollectionMetadata;
  readonly faceCount: number;
  readonly tags: Readonly<Record<string, string>>;
  /** With `duplicateRule`, a face of the same image, place and ExternalImageId is not stored again but named again. */
  add(faces: readonly NewFace[], options: { duplicateRule: boolean }): Promise<FaceMetadata[]>;
  /** The ids that were there. */
  remove(faceIds: readonly string[]): Promise<string[]>;
  find(faceId: string, visibility: Visibility): { face: FaceMetadata; vector: Float32Array } | undefined;
  /** Best first. `except`: a face id to leave out. */
  search(
    query: Float32Array,
    options: { minimum: number; limit: number; except?: string } & Visibility,
  ): Promise<Match[]>;
  /** Up to `limit` faces from place `from` on, and the place to go on from. */
  page(from: number, limit: number, visibility: Visibility): { faces: FaceMetadata[]; next?: number };
  tag(tags: Readonly<Record<string, string>>): Promise<void>;
  /** Applies a change read from disk. */
  apply(change: Change): void;
  /** Gives its memory back. */
  free(): void;
}

interface Entry {
  face: FaceMetadata;
  slot: number;
  /** Resolves when the face is on disk. */
  stored?: Promise<void>;
}

/** A collection over its parts; `log` undefined keeps it in memory only. */
export function createCollection(
  metadata: CollectionMetadata,
  {
    table,
    log,
    now = Date.now,
  }: { table: VectorTable; log: () => RecordLog | undefined; now?: () => number },
): Collection {
  const byId = new Map<string, Entry>();
  const bySlot: (Entry | undefined)[] = [];
  const byOrigin = new Map<string, Entry>();
  let tags: Record<string, string> = {};

  const write = async (...changes: Change[]): Promise<void> => log()?.append(changes.map(encodeChange));

  const insert = ({ face, vector }: NewFace): Entry => {
    const entry: Entry = { face, slot: table.add(vector) };
    byId.set(face.faceId, entry);
    bySlot[entry.slot] = entry;
    byOrigin.set(originOf(face), entry);
    return entry;
  };

  const take = (faceId: string): boolean => {
    const entry = byId.get(faceId);
    if (!entry) return false;
    byId.delete(faceId);
    bySlot[entry.slot] = undefined;
    if (byOrigin.get(originOf(entry.face)) === entry) byOrigin.delete(originOf(entry.face));
    table.remove(entry.slot);
    return true;
  };

  const visible = (face: FaceMetadata, delayMs: number): boolean =>
    delayMs <= 0 || now() - face.indexedAt >= delayMs;

  return {
    metadata,
    get faceCount() {
      return byId.size;
    },
    get tags() {
      return tags;
    },
    async add(faces, { duplicateRule }) {
      const fresh: NewFace[] = [];
      const entries = faces.map((face) => {
        const known = duplicateRule ? byOrigin.get(originOf(face.face)) : undefined;
        if (known) return known;
        fresh.push(face);
        return insert(face);
      });
      if (fresh.length > 0) {
        const stored = write(...fresh.map((face) => ({ kind: 'added', ...face }) as const));
        for (const entry of entries) entry.stored ??= stored;
      }
      await Promise.all(entries.map((entry) => entry.stored)); // a twin of a face still being written waits for it
      return entries.map((entry) => entry.face);
    },
    async remove(faceIds) {
      const removed = faceIds.filter(take);
      if (removed.length > 0) await write({ kind: 'removed', faceIds: removed });
      return removed;
    },
    find(faceId, { delayMs }) {
      const entry = byId.get(faceId);
      if (!entry || !visible(entry.face, delayMs)) return undefined;
      return { face: entry.face, vector: table.get(entry.slot) };
    },
    async search(query, { minimum, limit, except, delayMs }) {
      let spare = except === undefined ? 0 : 1;
      if (delayMs > 0) for (const { face } of byId.values()) if (!visible(face, delayMs)) spare += 1;
      const hits = await table.search(query, minimum, limit + spare);
      const matches = hits.flatMap(({ slot, cosine }) => {
        const face = bySlot[slot]?.face;
        return face && face.faceId !== except && visible(face, delayMs) ? [{ face, cosine }] : [];
      });
      return matches.slice(0, limit);
    },
    page(from, limit, { delayMs }) {
      const faces: FaceMetadata[] = [];
      for (let slot = from; slot < bySlot.length; slot++) {
        const face = bySlot[slot]?.face;
        if (!face || !visible(face, delayMs)) continue;
        if (faces.length === limit) return { faces, next: slot };
        faces.push(face);
      }
      return { faces };
    },
    async tag(changed) {
      tags = { ...changed };
      await write({ kind: 'tagged', tags });
    },
    apply(change) {
      if (change.kind === 'added') insert(change);
      if (change.kind === 'removed') change.faceIds.forEach(take);
      if (change.kind === 'tagged') tags = { ...change.tags };
    },
    free: () => table.free(),
  };
}

/** What makes two faces the same to IndexFaces: image, ExternalImageId, and which face of the image it is. */
function originOf({ imageHash, externalImageId = '', boundingBox }: FaceMetadata): string {
  return `${imageHash}:${externalImageId}:${boundingBox.Left.toFixed(4)},${boundingBox.Top.toFixed(4)}`;
}
