import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createKeyedLock } from '../../keyed-lock.js';
import { createArena } from './arena.js';
import { type Collection, createCollection } from './collection.js';
import { openRecordLog, type RecordLog } from './record-log.js';
import { type CollectionMetadata, decodeChange, encodeChange } from './records.js';
import { createScanner } from './scanner.js';
import { createVectorTable } from './vector-table.js';

/** All collections of the twin. */
export interface CollectionStore {
  /** Undefined when there is one of this name already, seen by everybody: one that is being made is waited for. */
  create(id: string, options: { faceModelVersion: string }): Promise<Collection | undefined>;
  get(id: string): Collection | undefined;
  /** By name. */
  list(): Collection[];
  /** False when there is none. */
  delete(id: string): Promise<boolean>;
  /** Waits for what is being written. */
  close(): Promise<void>;
}

interface Open {
  collection: Collection;
  log?: RecordLog | undefined;
}

const SUFFIX = '.faces';

/**
 * Opens the collections under `folder`, one file each, or an empty store in memory without one.
 * `threads`: at most so many scan large collections. Throws an Error that names the file when one is damaged.
 */
export async function openCollectionStore(
  options: { folder?: string; threads?: number } = {},
): Promise<CollectionStore> {
  const { folder, threads = 2 } = options;
  const arena = createArena();
  const scanner = createScanner(arena, { threads });
  const open = new Map<string, Open>();
  /** By id: nothing is made while one of its name is being made or deleted. */
  const changes = createKeyedLock();
  const create = (metadata: CollectionMetadata, log: () => RecordLog | undefined): Collection =>
    createCollection(metadata, { table: createVectorTable(arena, scanner), log });

  if (folder) {
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).filter((file) => file.endsWith(SUFFIX))) {
      const loaded = await load(path.join(folder, name), create);
      if (loaded) open.set(loaded.collection.metadata.id, loaded);
    }
  }

  return {
    create: (id, { faceModelVersion }) =>
      changes.hold(id, async () => {
        if (open.has(id)) return undefined;
        const metadata = { id, faceModelVersion, createdAt: Date.now() };
        const log = folder ? await begin(path.join(folder, fileName(id)), metadata) : undefined;
        const collection = create(metadata, () => log);
        open.set(id, { collection, log });
        return collection;
      }),
    get: (id) => open.get(id)?.collection,
    list: () =>
      [...open.values()]
        .map(({ collection }) => collection)
        .sort((a, b) => (a.metadata.id < b.metadata.id ? -1 : 1)),
    delete: (id) =>
      changes.hold(id, async () => {
        const found = open.get(id);
        if (!found) return false;
        open.delete(id);
        await found.log?.close();
        if (folder) await rm(path.join(folder, fileName(id)), { force: true });
        found.collection.free();
        return true;
      }),
    async close() {
      await Promise.all([...open.values()].map(({ log }) => log?.close()));
      await scanner.close();
    },
  };
}

/** A new file with its first record. */
async function begin(file: string, collection: CollectionMetadata): Promise<RecordLog> {
  const log = await openRecordLog(file, () => undefined);
  await log.append([encodeChange({ kind: 'created', collection })]);
  return log;
}

/** A file whose collection was never answered for (killed in between) has no first record: it is removed. */
async function load(
  file: string,
  create: (metadata: CollectionMetadata, log: () => RecordLog | undefined) => Collection,
): Promise<Open | undefined> {
  let collection: Collection | undefined;
  let log: RecordLog | undefined;
  log = await openRecordLog(file, (record) => {
    const change = decodeChange(record);
    if (change.kind === 'created') collection = create(change.collection, () => log);
    else collection?.apply(change);
  });
  if (collection) return { collection, log };
  await log.close();
  await rm(file);
  return undefined;
}

/** Ids may be longer than file names and differ in case only, so their hash names the file; the id is inside. */
function fileName(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32) + SUFFIX;
}
