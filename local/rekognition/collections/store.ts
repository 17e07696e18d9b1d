import { createHash } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { createArena } from './arena.js';
import { type Collection, createCollection } from './collection.js';
import { openRecordLog, type RecordLog } from './record-log.js';
import { type CollectionMetadata, decodeChange, encodeChange } from './records.js';
import { createScanner } from './scanner.js';
import { createVectorTable } from './vector-table.js';

/** All collections of the twin. */
export interface CollectionStore {
  /** Undefined when there is one of this name already. */
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
  /** Being made or deleted: its name is taken, but nobody sees it. */
  hidden?: boolean;
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
    async create(id, { faceModelVersion }) {
      if (open.has(id)) return undefined;
      const metadata = { id, faceModelVersion, createdAt: Date.now() };
      const opened: Open = { collection: create(metadata, () => opened.log), hidden: true };
      open.set(id, opened);
      try {
        if (folder) opened.log = await begin(path.join(folder, fileName(id)), metadata);
      } catch (error) {
        open.delete(id);
        throw error;
      }
      opened.hidden = false;
      return opened.collection;
    },
    get(id) {
      const found = open.get(id);
      return found?.hidden ? undefined : found?.collection;
    },
    list: () =>
      [...open.values()]
        .filter(({ hidden }) => !hidden)
        .map(({ collection }) => collection)
        .sort((a, b) => (a.metadata.id < b.metadata.id ? -1 : 1)),
    async delete(id) {
      const found = open.get(id);
      if (!found || found.hidden) return false;
      found.hidden = true;
      await found.log?.close();
      if (folder) await rm(path.join(folder, fileName(id)), { force: true });
      open.delete(id);
      found.collection.free();
      return true;
    },
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
