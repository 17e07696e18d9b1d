import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** Small files by name. What was written survives the process (not the power). */
export interface Files {
  names(): Promise<string[]>;
  /** Undefined when there is none. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** As a whole or not at all. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

const UNFINISHED = '.part';

/** Files in `folder`, which is made, and cleared of what a kill left half-written. In memory without a folder. */
export async function openFiles(folder: string | undefined): Promise<Files> {
  if (folder === undefined) return inMemory();
  await mkdir(folder, { recursive: true });
  const names = await readdir(folder);
  await Promise.all(
    names.filter((name) => name.endsWith(UNFINISHED)).map((name) => rm(path.join(folder, name))),
  );
  return {
    names: async () => (await readdir(folder)).filter((name) => !name.endsWith(UNFINISHED)),
    read: (name) =>
      readFile(path.join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      }),
    async write(name, bytes) {
      const unfinished = path.join(folder, `${randomUUID()}${UNFINISHED}`);
      await writeFile(unfinished, bytes);
      await rename(unfinished, path.join(folder, name));
    },
    remove: (name) => rm(path.join(folder, name), { force: true }),
  };
}

function inMemory(): Files {
  const files = new Map<string, Uint8Array>();
  return {
    names: async () => [...files.keys()],
    read: async (name) => files.get(name),
    async write(name, bytes) {
      files.set(name, bytes);
    },
    async remove(name) {
      files.delete(name);
    },
  };
}
