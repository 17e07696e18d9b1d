import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Batch, Metadata } from './metadata.js';

/**
 * Contents of objects and parts: one file each, named by a UUID, never changed. A blob that nothing refers to yet, or any
 * more, is noted as such in the metadata before its file is made, or deleted: wherever the process is killed, the next
 * start knows what to remove, and no photo is left behind unseen.
 */
export interface Blobs {
  /** Returns the id when the whole content is in place. It must be adopted, or removed. */
  write(content: Uint8Array | Readable): Promise<string>;
  /** With this batch something refers to the blob. */
  adopt(batch: Batch, id: string): void;
  /** With this batch nothing refers to the blob any more; `remove` it once the batch is written. */
  abandon(batch: Batch, id: string): void;
  /** Readers that have it open keep reading. */
  remove(id: string): Promise<void>;
  open(id: string): Promise<FileHandle>;
  /** Several contents as one stream. */
  concatenated(ids: string[]): Readable;
}

/** Blobs in `directory`. Removes those that nothing refers to. */
export async function openBlobs(directory: string, { unreferenced }: Metadata): Promise<Blobs> {
  const path = (id: string) => join(directory, id.slice(0, 2), id);
  const made = new Set<string>();
  const remove = async (id: string) => {
    await rm(path(id), { force: true });
    await unreferenced.del(id);
  };
  for await (const id of unreferenced.keys()) await remove(id);

  return {
    async write(content) {
      const id = randomUUID();
      await unreferenced.put(id, true);
      const folder = dirname(path(id));
      if (!made.has(folder)) await mkdir(folder, { recursive: true });
      made.add(folder);
      if (content instanceof Uint8Array) await writeFile(path(id), content);
      else await pipeline(content, createWriteStream(path(id)));
      return id;
    },
    adopt: (batch, id) => void batch.del(id, { sublevel: unreferenced }),
    abandon: (batch, id) => void batch.put(id, true, { sublevel: unreferenced }),
    remove,
    open: (id) => open(path(id), 'r'),
    concatenated(ids) {
      const chunks = async function* () {
        for (const id of ids) yield* (await open(path(id), 'r')).createReadStream();
      };
      return Readable.from(chunks(), { objectMode: false });
    },
  };
}
