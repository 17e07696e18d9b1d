import { Buffer } from 'node:buffer';
import { dataConverterWith } from '../../temporal.config.js';
import type { EncryptionKey } from '../../workers/codec/encryption-codec.js';

/** Encrypts what tests leave in Temporal, and the histories in `test/histories`. Published here: never a real key. */
export const testKey: EncryptionKey = {
  id: 'test-only',
  key: new Uint8Array(Buffer.from('published test key, not a secret', 'latin1')),
};

export const testDataConverter = dataConverterWith([testKey]);
