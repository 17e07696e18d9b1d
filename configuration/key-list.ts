import { z } from 'zod';

const FORM = '<id>:<base64 of 32 bytes>, newest first, separated by commas';
const KEY_BYTES = 32; // AES-256
/** Sealed fields write the id's length in one byte. */
const MAX_ID = 255;

/** `IDV_ENCRYPTION_KEYS` and `IDV_FIELD_KEYS`. The first key encrypts, every key decrypts. */
export const keyList = z.string({ error: `must be set, to ${FORM}` }).transform((text, context) => {
  const keys = text.split(',').map((entry) => {
    const [id = '', base64 = ''] = entry.trim().split(':');
    return { id, key: new Uint8Array(Buffer.from(base64, 'base64')) };
  });
  const wellFormed = keys.every(({ id, key }) => id && id.length <= MAX_ID && key.length === KEY_BYTES);
  if (!wellFormed) context.addIssue({ code: 'custom', message: `must be ${FORM}` });
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    context.addIssue({ code: 'custom', message: 'two keys have one id; a new key needs an id of its own' });
  return keys;
});
