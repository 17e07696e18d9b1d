import type { Archive } from '../../../activities/ports/archive.js';

const bytesOf = (text: string | Uint8Array) => (typeof text === 'string' ? Buffer.from(text) : text);

/** An archive in memory, of one bucket; its objects may be changed. Listed by the bytes of UTF-8, as S3 does. */
export function archiveOf(objects: Map<string, string | Uint8Array>, page = 1_000): Archive {
  const object = (key: string) => {
    const content = objects.get(key);
    if (content === undefined) return undefined;
    const bytes = bytesOf(content);
    return {
      key,
      etag: `"${Buffer.from(bytes).toString('hex').slice(-24)}-${bytes.length}"`,
      size: bytes.length,
    };
  };
  return {
    async list(_, { prefix, after, limit }) {
      const keys = [...objects.keys()]
        .filter((key) => key.startsWith(prefix))
        .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        .filter((key) => after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0);
      const shown = keys.slice(0, Math.min(limit, page));
      return { objects: shown.flatMap((key) => object(key) ?? []), more: keys.length > shown.length };
    },
    look: async (_, key) => object(key) ?? 'absent',
    head: async (_, key) => object(key),
    async read(_, key, range) {
      const found = object(key);
      const content = objects.get(key);
      if (!found || content === undefined) return undefined;
      const bytes = bytesOf(content).subarray(range?.from ?? 0, range?.to);
      return { bytes, size: found.size, etag: found.etag };
    },
  };
}
