import assert from 'node:assert/strict';
import { METADATA_ENCODING_KEY, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { createEncryptionCodec } from '../../workers/codec/encryption-codec.js';

const key = (id: string, byte: number) => ({ id, key: new Uint8Array(32).fill(byte) });
const old = key('2025', 1);
const current = key('2026', 2);

const plain = (data: Uint8Array, metadata: Record<string, Uint8Array> = {}): Payload => ({
  metadata: { [METADATA_ENCODING_KEY]: Buffer.from('json/plain'), ...metadata },
  data,
});
const contents = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
  ),
  data: Buffer.from(data ?? []).toString('hex'),
});
async function encrypt(payload: Payload, keys = [current]): Promise<Payload> {
  const [encrypted] = await createEncryptionCodec(keys).encode([payload]);
  assert.ok(encrypted);
  return encrypted;
}

describe('payloads in Temporal', () => {
  it('are what they were after both ways, under any key that is still known', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const metadata = fc.dictionary(fc.stringMatching(/^[a-z-]{1,12}$/), bytes, { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ data: bytes, metadata }), { maxLength: 4 }),
        fc.constantFrom(old, current),
        async (given, encryptedWith) => {
          const payloads = given.map(({ data, metadata: more }) => plain(data, more));
          const encrypted = await createEncryptionCodec([encryptedWith]).encode(payloads);
          const decrypted = await createEncryptionCodec([current, old]).decode(encrypted);
          assert.deepEqual(decrypted.map(contents), payloads.map(contents));
        },
      ),
    );
  });

  it('show which key it was and nothing else, and never look the same twice', async () => {
    const payload = plain(Buffer.from('"zuzana"'), { type: Buffer.from('secret-type') });
    const [one, two] = [await encrypt(payload), await encrypt(payload)];
    assert.deepEqual(Object.keys(one.metadata ?? {}), [METADATA_ENCODING_KEY, 'encryption-key-id']);
    const text = Buffer.concat([...Object.values(one.metadata ?? {}), one.data ?? new Uint8Array()]).toString(
      'latin1',
    );
    assert.ok(text.startsWith('binary/encrypted2026'));
    assert.ok(!/zuzana|secret-type|json/.test(text));
    assert.notDeepEqual(contents(one), contents(two));
  });

  it('are encrypted with the first key', async () => {
    const encrypted = await encrypt(plain(Buffer.from('1')), [current, old]);
    await createEncryptionCodec([current]).decode([encrypted]);
    await assert.rejects(createEncryptionCodec([old]).decode([encrypted]), /key "2026".*IDV_ENCRYPTION_KEYS/);
  });

  it('that are not ours are passed through', async () => {
    const foreign: Payload[] = [plain(Buffer.from('1')), { data: Buffer.from('x') }, { metadata: {} }, {}];
    assert.deepEqual(await createEncryptionCodec([current]).decode(foreign), foreign);
  });

  it('cannot be changed, cut or passed off as encrypted with another key', async () => {
    const codec = createEncryptionCodec([current, { ...current, id: 'same' }]);
    const encrypted = await encrypt(plain(Buffer.from('1')));
    const data = Buffer.from(encrypted.data ?? []);
    for (let at = 0; at < data.length; at++) {
      const changed = Buffer.from(data);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await assert.rejects(codec.decode([{ ...encrypted, data: changed }]), `byte ${at}`);
      await assert.rejects(codec.decode([{ ...encrypted, data: data.subarray(0, at) }]), `first ${at} bytes`);
    }
    const metadata = { ...encrypted.metadata, 'encryption-key-id': Buffer.from('same') };
    await assert.rejects(codec.decode([{ metadata, data }]));
  });

  it('need a key', () => {
    assert.throws(() => createEncryptionCodec([]), /IDV_ENCRYPTION_KEYS/);
  });
});
