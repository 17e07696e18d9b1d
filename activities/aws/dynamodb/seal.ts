import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** Encrypts fields before they are stored: what DynamoDB, its backups and its logs see is ciphertext. */
export interface Seal {
  /** @param place the row it belongs to; a value moved to another row does not open */
  close(value: unknown, place: string): Uint8Array;
  /** @throws Error when the key is not known, or the value was changed or moved */
  open(sealed: Uint8Array, place: string): unknown;
}

export interface SealKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

const VERSION = 1;
const IV_BYTES = 12; // AES-GCM's recommended size, NIST SP 800-38D section 8.2
const TAG_BYTES = 16;

/** AES-256-GCM: version, key id with its length, IV, tag, ciphertext. The first key seals; every key opens. */
export function createSeal(keys: readonly SealKey[]): Seal {
  const [current] = keys;
  if (!current)
    throw new Error('No key to seal fields with. Set IDV_FIELD_KEYS to <id>:<base64 of 32 bytes>.');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    close(value, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', current.key, iv);
      cipher.setAAD(Buffer.from(place));
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      const id = Buffer.from(current.id);
      return Buffer.concat([Buffer.from([VERSION, id.length]), id, iv, cipher.getAuthTag(), text]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes[0] !== VERSION) throw new Error('A sealed field has an unknown version.');
      const ivAt = 2 + (bytes[1] ?? 0);
      const id = bytes.subarray(2, ivAt).toString();
      const key = byId.get(id);
      if (!key) throw new Error(`A field was sealed with key "${id}". Add that key to IDV_FIELD_KEYS.`);
      const tagAt = ivAt + IV_BYTES;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(ivAt, tagAt));
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(bytes.subarray(tagAt, tagAt + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(tagAt + TAG_BYTES)), decipher.final()]);
      return JSON.parse(text.toString('utf8'));
    },
  };
}
