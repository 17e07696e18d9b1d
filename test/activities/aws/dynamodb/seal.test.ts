import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createSeal } from '../../../../activities/aws/dynamodb/seal.js';
import { fieldKeys } from '../../../../activities/aws/field-keys.js';

const key = (id: string, byte: number) => ({ id, key: new Uint8Array(32).fill(byte) });
const old = key('2025', 1);
const current = key('2026', 2);

describe('sealed fields', () => {
  it('open to what was sealed, in their place, under any key that is still known', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), fc.constantFrom(old, current), (value, place, sealedWith) => {
        const sealed = createSeal([sealedWith]).close(value, place);
        const opened = createSeal([current, old]).open(sealed, place);
        assert.deepEqual(opened, JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('never look the same twice', () => {
    const seal = createSeal([current]);
    assert.notDeepEqual(seal.close('x', 'here'), seal.close('x', 'here'));
  });

  it('are sealed with the first key', () => {
    const sealed = createSeal([current, old]).close('x', 'here');
    assert.equal(createSeal([current]).open(sealed, 'here'), 'x');
    assert.throws(() => createSeal([old]).open(sealed, 'here'), /key "2026".*IDV_FIELD_KEYS/);
  });

  it('do not open elsewhere, nor once a single bit of them was changed', () => {
    const seal = createSeal([current]);
    const sealed = seal.close({ name: 'x' }, 'here');
    assert.throws(() => seal.open(sealed, 'there'));
    for (let at = 0; at < sealed.length; at++) {
      const changed = Uint8Array.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => seal.open(changed, 'here'), `byte ${at}`);
    }
    for (let length = 0; length < sealed.length; length++)
      assert.throws(() => seal.open(sealed.subarray(0, length), 'here'), `first ${length} bytes`);
  });

  it('need a key', () => {
    assert.throws(() => createSeal([]), /IDV_FIELD_KEYS/);
  });
});

describe('IDV_FIELD_KEYS', () => {
  const text = (byte: number) => Buffer.alloc(32, byte).toString('base64');

  it('names keys, newest first', () => {
    const keys = fieldKeys({ IDV_FIELD_KEYS: `b:${text(2)}, a:${text(1)}` });
    assert.deepEqual(keys, [key('b', 2), key('a', 1)]);
  });

  for (const [what, value] of [
    ['missing', undefined],
    ['empty', ''],
    ['without an id', `:${text(1)}`],
    ['of a short key', `a:${Buffer.alloc(16).toString('base64')}`],
    ['with a comma too many', `a:${text(1)},`],
    ['with one id for two keys', `a:${text(1)},a:${text(2)}`],
  ] as const) {
    it(`is refused by name when it is ${what}`, () => {
      assert.throws(() => fieldKeys({ IDV_FIELD_KEYS: value }), /IDV_FIELD_KEYS/);
    });
  }
});
