import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { PhotoInput } from '../../domain/image-ref.js';
import { attemptOf, facePhotoKey, INCOMING_PREFIX, incomingPhotoKey } from '../../domain/photo-keys.js';
import type { Tenant } from '../../domain/session.js';
import { faceKey, subject } from './arbitraries.js';

const tenant: fc.Arbitrary<Tenant> = fc.record({
  account: fc.constantFrom('default', 'acme', 'acme-2'),
  mode: fc.constantFrom('live', 'test'),
});
const hash = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 });
const input = fc.constantFrom<PhotoInput>('selfie', 'reference', 'document_front', 'document_back');
const attempt = fc.constantFrom('0-0', '0-1', '1-0');
const incoming = fc.tuple(tenant, subject, attempt, input, hash);
const kept = fc.tuple(tenant, subject, faceKey);

describe('the keys of photos', () => {
  it('tell two photos apart by everything they are named after', () => {
    fc.assert(
      fc.property(incoming, incoming, (a, b) => {
        const same = JSON.stringify([...a.slice(0, 4), a[4].slice(0, 32)]);
        const other = JSON.stringify([...b.slice(0, 4), b[4].slice(0, 32)]);
        assert.equal(incomingPhotoKey(...a) === incomingPhotoKey(...b), same === other);
      }),
    );
    fc.assert(
      fc.property(kept, kept, (a, b) => {
        assert.equal(facePhotoKey(...a) === facePhotoKey(...b), JSON.stringify(a) === JSON.stringify(b));
      }),
    );
  });

  it('name the same photo handed in twice once', () => {
    const key = () =>
      incomingPhotoKey({ account: 'acme', mode: 'live' }, 's1', '0-0', 'selfie', 'ab'.repeat(32));
    assert.equal(key(), key());
    assert.equal(key(), 'incoming/acme/live/s1/0-0/selfie-abababababababababababababababab');
  });

  it('never give a later attempt what an earlier one discards', () => {
    const key = (used: number, unavailable: number) => attemptOf({ attempts: { used, max: 3 }, unavailable });
    assert.equal(attemptOf(undefined), key(0, 0));
    assert.equal(new Set([key(0, 0), key(1, 0), key(0, 1), key(1, 1)]).size, 4);
  });

  it('keep a registered face out of reach of the rule that empties incoming photos', () => {
    fc.assert(
      fc.property(kept, incoming, (face, photo) => {
        assert.ok(!facePhotoKey(...face).startsWith(INCOMING_PREFIX));
        assert.ok(incomingPhotoKey(...photo).startsWith(INCOMING_PREFIX));
      }),
    );
  });

  it('keep accounts and modes apart by prefix, and need no escaping', () => {
    fc.assert(
      fc.property(kept, incoming, (face, photo) => {
        assert.ok(facePhotoKey(...face).startsWith(`faces/${face[0].account}/${face[0].mode}/`));
        for (const key of [facePhotoKey(...face), incomingPhotoKey(...photo)])
          assert.match(key, /^[\w./-]+$/);
      }),
    );
  });
});
