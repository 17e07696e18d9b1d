import { open } from 'node:fs/promises';
import type { Archive } from '../../activities/ports/archive.js';

/** What reads manifests, in S3 or here. */
export type ManifestReader = Pick<Archive, 'read'>;

/**
 * A file of this machine in place of an object.
 * @throws Error when it cannot be read
 */
export async function localManifest(path: string): Promise<ManifestReader & { close(): Promise<void> }> {
  const file = await open(path).catch((error: unknown) => {
    throw new Error(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  });
  return {
    async read(_bucket, _key, range) {
      const { size, mtimeMs } = await file.stat();
      const from = Math.min(range?.from ?? 0, size);
      const length = Math.min(range?.to ?? size, size) - from;
      const bytes = Buffer.alloc(Math.max(0, length));
      let read = 0;
      while (read < bytes.length) {
        const { bytesRead } = await file.read(bytes, read, bytes.length - read, from + read);
        if (bytesRead === 0) break;
        read += bytesRead;
      }
      return { bytes: bytes.subarray(0, read), size, etag: `${size}-${mtimeMs}` };
    },
    close: () => file.close(),
  };
}
