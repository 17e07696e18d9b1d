import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Contents of objects and parts: one file each, named by a UUID, never changed. */
export interface Blobs {
  /** Returns the id when the whole content is in place. */
  write(content: Uint8Array | Readable): Promise<string>;
  open(id: string): Promise<FileHandle>;
  /** Several contents as one stream. */
  concatenated(ids: string[]): Readable;
  /** Readers that have it open keep reading. */
  remove(id: string): Promise<void>;
}

/** Blobs in `directory`. What a killed process left half written is removed; nothing refers to it. */
export async function openBlobs(directory: string): Promise<Blobs> {
  const unfinished = join(directory, 'unfinished');
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const path = (id: string) => join(directory, id.slice(0, 2), id);
  const made = new Set<string>();

  return {
    async write(content) {
      const id = randomUUID();
      const draft = join(unfinished, id);
      if (content instanceof Uint8Array) await writeFile(draft, content);
      else await pipeline(content, createWriteStream(draft));
      const folder = join(directory, id.slice(0, 2));
      if (!made.has(folder)) {
        await mkdir(folder, { recursive: true });
        made.add(folder);
      }
      await rename(draft, path(id));
      return id;
    },
    open: (id) => open(path(id), 'r'),
    concatenated(ids) {
      const chunks = async function* () {
        for (const id of ids) yield* (await open(path(id), 'r')).createReadStream();
      };
      return Readable.from(chunks(), { objectMode: false });
    },
    remove: (id) => rm(path(id), { force: true }),
  };
}
