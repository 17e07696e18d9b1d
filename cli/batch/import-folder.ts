import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ImportBucket, Uploaded } from './import-bucket.js';
import { filesBelow, type LeftOut, type LocalFile, reading } from './local-folder.js';

/** How far an import is. */
export interface ImportState {
  files: number;
  bytes: number;
  uploaded: { files: number; bytes: number };
  /** There already, with the same content. */
  there: { files: number; bytes: number };
  leftOut: number;
}

/** What came of an import. */
export interface ImportResult extends ImportState {
  /** Keys in the bucket, of all that is there now. */
  keys: readonly string[];
  /** Something that somebody may miss was left out. */
  incomplete: boolean;
  /** It was asked to stop before its end. */
  stopped: boolean;
}

/** Who hears of it. */
export interface ImportListener {
  progress(state: ImportState): void;
  leftOut(what: LeftOut): void;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1024;

/** Far above what Rekognition takes (15 MB): whatever it is, it is no photo for it, and each is read into memory. */
const MAX_FILE_BYTES = 100_000_000;

/**
 * Uploads every file below `folder` to `prefix`, `atOnce` at a time. What is there with the same content is not sent again, so
 * that an import that was broken off is simply made again.
 * @param prefix ends in `/`
 * @throws Error when the folder cannot be read; when the bucket refuses: nothing further is sent then
 */
export async function importFolder(
  folder: string,
  { to, prefix, atOnce }: { to: ImportBucket; prefix: string; atOnce: number },
  listener: ImportListener,
  signal?: AbortSignal,
): Promise<ImportResult> {
  const state = {
    files: 0,
    bytes: 0,
    uploaded: { files: 0, bytes: 0 },
    there: { files: 0, bytes: 0 },
    leftOut: 0,
  };
  const keys: string[] = [];
  let incomplete = false;
  const leaveOut = (what: LeftOut) => {
    state.leftOut += 1;
    incomplete ||= !what.harmless;
    listener.leftOut(what);
  };

  const files: LocalFile[] = [];
  for await (const found of filesBelow(folder)) {
    if (signal?.aborted) break;
    const because = 'because' in found ? found.because : tooMuch(found, prefix);
    if (because !== undefined) leaveOut({ harmless: false, ...found, because });
    else if ('path' in found) files.push(found);
  }
  state.files = files.length;
  state.bytes = files.reduce((sum, { size }) => sum + size, 0);
  const there = await to.list(prefix);
  listener.progress(state);

  const one = async (file: LocalFile) => {
    let bytes: Uint8Array;
    try {
      bytes = await readFile(file.path);
    } catch (error) {
      return leaveOut({ key: file.key, because: reading(error), harmless: false });
    }
    const key = `${prefix}${file.key}`;
    const sent = await upload(key, bytes, there.get(key), to);
    const count = sent ? state.uploaded : state.there;
    count.files += 1;
    count.bytes += bytes.length;
    keys.push(key);
  };
  const queue = files.values();
  let failure: unknown;
  const lane = async () => {
    for (const file of queue) {
      if (signal?.aborted || failure !== undefined) return;
      try {
        await one(file);
      } catch (error) {
        failure ??= error;
      }
      listener.progress(state);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (failure !== undefined) throw failure;
  return { ...state, keys, incomplete, stopped: signal?.aborted === true };
}

function tooMuch(file: LocalFile, prefix: string): string | undefined {
  if (file.size > MAX_FILE_BYTES) return 'it has more than 100 MB, and a photo 15 MB at most';
  if (Buffer.byteLength(`${prefix}${file.key}`) > MAX_KEY_BYTES)
    return `its path is too long: a key of S3 has ${MAX_KEY_BYTES} bytes at most`;
  return undefined;
}

/** @returns whether it had to be sent */
async function upload(
  key: string,
  bytes: Uint8Array,
  there: Uploaded | undefined,
  to: ImportBucket,
): Promise<boolean> {
  const md5 = createHash('md5').update(bytes).digest('hex');
  const same = there?.size === bytes.length && (there.etag === md5 || (await to.notedMd5(key)) === md5);
  if (!same) await to.put(key, bytes, md5);
  return !same;
}
