import { isUtf8 } from 'node:buffer';
import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { sep } from 'node:path';

/** A file below a folder. */
export interface LocalFile {
  /** As the file system knows it. */
  path: Buffer;
  /** Relative to the folder, with `/` between its parts; Unicode as the file system has it. */
  key: string;
  /** Bytes. */
  size: number;
}

/** Something that is left out. `harmless`: there was nothing to read; otherwise somebody may miss it. */
export interface LeftOut {
  key: string;
  because: string;
  harmless: boolean;
}

/**
 * Every file below `folder`, whatever is in it; folder by folder, in no particular order. Symbolic links are not followed:
 * they may lead out of the folder, or round and round.
 * @throws Error when the folder itself cannot be read
 */
export async function* filesBelow(folder: string): AsyncGenerator<LocalFile | LeftOut> {
  const root = Buffer.from(folder);
  if (!(await stat(root)).isDirectory())
    throw new Error(`${folder} is no folder. Name one with photos in it.`);
  const folders: { path: Buffer; key: string }[] = [{ path: root, key: '' }];
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    let entries: Dirent<Buffer>[];
    try {
      entries = await entriesOf(at.path);
    } catch (error) {
      if (at.path === root) throw error;
      yield { key: at.key, because: reading(error), harmless: false };
      continue;
    }
    for (const entry of entries) {
      const path = Buffer.concat([at.path, Buffer.from(sep), entry.name]);
      const key = `${at.key}${at.key && '/'}${entry.name.toString()}`;
      if (!isUtf8(entry.name)) yield { key, because: 'its name is no UTF-8: rename it', harmless: false };
      else if (entry.isDirectory()) folders.push({ path, key });
      else yield await fileOrNot(entry, path, key);
    }
  }
}

/** Names as bytes: Node would put another character where a name is no UTF-8, and never find that file. */
const entriesOf = (path: Buffer) => readdir(path, { encoding: 'buffer', withFileTypes: true });

async function fileOrNot(entry: Dirent<Buffer>, path: Buffer, key: string): Promise<LocalFile | LeftOut> {
  if (entry.isSymbolicLink()) return { key, because: 'it is a symbolic link', harmless: true };
  if (!entry.isFile()) return { key, because: 'it is no regular file', harmless: true };
  try {
    return { path, key, size: (await lstat(path)).size };
  } catch (error) {
    return { key, because: reading(error), harmless: false };
  }
}

/** Why a file could not be read. */
export function reading(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'you may not read it';
  if (code === 'ENOENT') return 'it is gone';
  return message;
}
