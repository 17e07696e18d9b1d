import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { METADATA_ENCODING_KEY, type Payload, type PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

export interface EncryptionKey {
  id: string;
  /** 32 bytes. */
  key: Uint8Array;
}

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const IV_BYTES = 12; // AES-GCM's recommended size, NIST SP 800-38D section 8.2
const TAG_BYTES = 16;

/**
 * Encrypts every payload that Temporal stores: AES-256-GCM over the whole payload with its metadata, the key id beside
 * it. The first key encrypts, every key decrypts, so a key is rotated by putting a new one in front. A payload that is not
 * ours is passed through.
 */
export function createEncryptionCodec(keys: readonly EncryptionKey[]): PayloadCodec {
  const [current] = keys;
  if (!current)
    throw new Error('No key to encrypt with. Set IDV_ENCRYPTION_KEYS to <id>:<base64 of 32 bytes>.');
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  return {
    encode: async (payloads) => payloads.map((payload) => encrypt(payload, current)),
    decode: async (payloads) => payloads.map((payload) => decrypt(payload, byId)),
  };
}

function encrypt(payload: Payload, { id, key }: EncryptionKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  cipher.setAAD(Buffer.from(id));
  const data = Buffer.concat([cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { [METADATA_ENCODING_KEY]: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) },
    data: Buffer.concat([iv, cipher.getAuthTag(), data]),
  };
}

function decrypt(payload: Payload, byId: ReadonlyMap<string, Uint8Array>): Payload {
  const text = (name: string) => Buffer.from(payload.metadata?.[name] ?? []).toString();
  if (text(METADATA_ENCODING_KEY) !== ENCODING || !payload.data) return payload;
  const id = text(KEY_ID);
  const key = byId.get(id);
  if (!key) throw new Error(`A payload was encrypted with key "${id}". Add that key to IDV_ENCRYPTION_KEYS.`);
  const data = Buffer.from(payload.data);
  const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, IV_BYTES));
  decipher.setAAD(Buffer.from(id));
  decipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
  const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
  return PayloadMessage.decode(plain) as Payload;
}
