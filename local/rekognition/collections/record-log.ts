import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** An append-only file of records. An append that was answered survives the process (not the power). */
export interface RecordLog {
  /** Appends records together; resolves when the operating system has them. */
  append(records: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** Length and CRC-32 of the record, little-endian. */
const FRAME = 8;
const MAX_RECORD = 1 << 20;
const CHUNK = 4 << 20;

/**
 * Opens or creates the file and hands each of its records to `onRecord`. What a kill left half-written at the end is cut
 * off: nobody was told that it is there. Throws an Error that names file and place when it is damaged elsewhere.
 */
export async function openRecordLog(path: string, onRecord: (record: Buffer) => void): Promise<RecordLog> {
  const file = await open(path, 'a+');
  try {
    const end = await replay(file, path, onRecord);
    await file.truncate(end);
  } catch (error) {
    await file.close();
    throw error;
  }
  return appender(file);
}

async function replay(file: FileHandle, path: string, onRecord: (record: Buffer) => void): Promise<number> {
  const { size } = await file.stat();
  let position = 0;
  let window: Buffer = Buffer.alloc(0);
  while (position < size) {
    window = await filled(file, window, position, FRAME);
    const length = window.length >= FRAME ? window.readUInt32LE(0) : 0;
    if (position + FRAME + length > size || window.length < FRAME) return position; // torn
    window = await filled(file, window, position, FRAME + length);
    const record = window.subarray(FRAME, FRAME + length);
    if (length > MAX_RECORD || length === 0 || crc32(record) !== window.readUInt32LE(4)) {
      if (position + FRAME + length === size) return position; // torn
      throw new Error(
        `${path} is damaged at byte ${position}. Restore it, or delete it and index its faces again.`,
      );
    }
    onRecord(record);
    window = window.subarray(FRAME + length);
    position += FRAME + length;
  }
  return position;
}

/** `window`, which starts at `position` of the file, with at least `bytes` in it if the file has as many. */
async function filled(file: FileHandle, window: Buffer, position: number, bytes: number): Promise<Buffer> {
  if (window.length >= bytes) return window;
  const next = Buffer.allocUnsafe(Math.max(CHUNK, bytes));
  window.copy(next);
  const { bytesRead } = await file.read(
    next,
    window.length,
    next.length - window.length,
    position + window.length,
  );
  return next.subarray(0, window.length + bytesRead);
}

/** Appends that come while one is being written go out together in the next. */
function appender(file: FileHandle): RecordLog {
  let waiting: Buffer[] = [];
  let writing: Promise<void> = Promise.resolve();
  let scheduled: Promise<void> | undefined;
  return {
    append(records) {
      waiting.push(...records.map(framed));
      scheduled ??= writing.then(() => {
        scheduled = undefined;
        const batch = Buffer.concat(waiting);
        waiting = [];
        writing = writeAll(file, batch);
        return writing;
      });
      return scheduled;
    },
    async close() {
      await scheduled;
      await writing;
      await file.close();
    },
  };
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done);
    done += bytesWritten;
  }
}

function framed(record: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(FRAME + record.length);
  frame.writeUInt32LE(record.length, 0);
  frame.writeUInt32LE(crc32(record), 4);
  frame.set(record, FRAME);
  return frame;
}
