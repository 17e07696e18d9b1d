import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { createIdentities } from '../../api/identities.js';
import { base32 } from '../../domain/base32.js';
import { externalImageId, parseExternalImageId } from '../../domain/face-record.js';
import type { Tenant } from '../../domain/session.js';

const secrets = {
  pseudonym: Buffer.from('a pseudonym key that is published'),
  idempotency: Buffer.from('an idempotency secret, published too'),
};
const identities = createIdentities(secrets);
const { fingerprint } = identities;
const acme: Tenant = { account: 'acme', mode: 'live' };

const tenant: fc.Arbitrary<Tenant> = fc.record({
  account: fc.stringMatching(/^[a-z0-9-]{1,32}$/),
  mode: fc.constantFrom('live', 'test'),
});
const userId = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 255 });

describe('a pseudonym', () => {
  // Permanent: rows, collections and buckets are full of them. A change here makes every user a stranger.
  const vectors: [Tenant, string, string][] = [
    [acme, 'u-1', 'n6wk7mmk6ddaxiedcljuiprnpq'],
    [{ account: 'acme', mode: 'test' }, 'u-1', 'dz3kygb62jfuwtkcvqxugtnfqu'],
    [{ account: 'default', mode: 'live' }, 'u-1', 'zauer654d6afsefgzjzdmq22uq'],
    [acme, 'Zuzana Kreslová <zuzana@example.com>', '3bdnkvchvap3yss2vvgk6jqroy'],
  ];
  for (const [at, user, expected] of vectors) {
    it(`of ${user} in ${at.account}, ${at.mode}, is what it has always been`, () => {
      assert.equal(identities.subject(at, user), expected);
    });
  }

  it('is the HMAC of account, mode and user id, in base32', () => {
    const hmac = createHmac('sha256', secrets.pseudonym).update('["acme","live","u-1"]').digest();
    assert.equal(identities.subject(acme, 'u-1'), base32(hmac.subarray(0, 16)));
  });

  it('is 26 characters that fit ExternalImageId, S3 keys and ids, and gives nothing of the user away', () => {
    fc.assert(
      fc.property(tenant, userId, (at, user) => {
        const subject = identities.subject(at, user);
        assert.match(subject, /^[a-z2-7]{26}$/);
        assert.equal(identities.subject(at, user), subject);
        const faceKey = identities.faceKey(`vs_${subject}`);
        assert.deepEqual(parseExternalImageId(externalImageId(subject, faceKey)), { subject, faceKey });
      }),
    );
  });

  it('differs for another user, account, mode or key', () => {
    const other = createIdentities({ ...secrets, pseudonym: Buffer.from('another key') });
    fc.assert(
      fc.property(tenant, tenant, userId, userId, (a, b, user, someone) => {
        const same = a.account === b.account && a.mode === b.mode && user === someone;
        assert.equal(identities.subject(a, user) === identities.subject(b, someone), same);
        assert.notEqual(other.subject(a, user), identities.subject(a, user));
      }),
    );
  });

  it('does not take parts of one for parts of another', () => {
    const of = (account: string, user: string) => identities.subject({ account, mode: 'live' }, user);
    assert.notEqual(of('a', 'b","live","c'), of('a","live","b', 'c'));
    assert.notEqual(of('a', 'live'), of('a,live', ''));
  });
});

describe('a session id', () => {
  it('is the same for the same Idempotency-Key of one account and mode only', () => {
    const key = 'order-88';
    const id = identities.sessionId(acme, key);
    assert.match(id, /^vs_[a-z2-7]{26}$/);
    assert.equal(identities.sessionId(acme, key), id);
    for (const [at, other] of [
      [acme, 'order-89'],
      [{ ...acme, mode: 'test' }, key],
      [{ ...acme, account: 'other' }, key],
    ] as const)
      assert.notEqual(identities.sessionId(at, other), id);
    const rotated = createIdentities({ ...secrets, idempotency: Buffer.from('another') });
    assert.notEqual(rotated.sessionId(acme, key), id);
    assert.equal(rotated.subject(acme, key), identities.subject(acme, key));
  });

  it('is a new one for every request without a key', () => {
    const ids = new Set(Array.from({ length: 1_000 }, () => identities.sessionId(acme, undefined)));
    assert.equal(ids.size, 1_000);
    for (const id of ids) assert.match(id, /^vs_[a-z2-7]{26}$/);
  });
});

describe('a face key', () => {
  it('is 16 characters of base32, of the session alone', () => {
    assert.equal(identities.faceKey('vs_aaaaaaaaaaaaaaaaaaaaaaaaaa'), 'okfwz7j4qfq4ufkw');
    assert.equal(
      createIdentities({ pseudonym: Buffer.alloc(32), idempotency: Buffer.alloc(32) }).faceKey('vs_a'),
      identities.faceKey('vs_a'),
    );
    assert.match(identities.faceKey('vs_b'), /^[a-z2-7]{16}$/);
  });
});

describe('base32', () => {
  it('is that of RFC 4648, section 10, in lower case and without padding', () => {
    for (const [text, expected] of [
      ['', ''],
      ['f', 'MY======'],
      ['fo', 'MZXQ===='],
      ['foo', 'MZXW6==='],
      ['foob', 'MZXW6YQ='],
      ['fooba', 'MZXW6YTB'],
      ['foobar', 'MZXW6YTBOI======'],
    ] as const)
      assert.equal(base32(Buffer.from(text)), expected.toLowerCase().replaceAll('=', ''));
  });

  it('loses nothing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const bits = [...base32(bytes)]
          .map((character) =>
            'abcdefghijklmnopqrstuvwxyz234567'.indexOf(character).toString(2).padStart(5, '0'),
          )
          .join('');
        const decoded = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
        assert.deepEqual(decoded, [...bytes]);
      }),
    );
  });
});

describe('the fingerprint of a request', () => {
  it('is keyed: whoever can read it cannot try requests until one fits', () => {
    const other = createIdentities({ ...secrets, idempotency: Buffer.from('another secret altogether') });
    assert.notEqual(other.fingerprint({ a: 1 }), fingerprint({ a: 1 }));
  });

  const shuffled = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(shuffled);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .reverse()
        .map(([name, field]) => [name, shuffled(field)]),
    );
  };

  it('is the same whatever the order of fields, at every depth', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (request) => {
        assert.equal(fingerprint(shuffled(request)), fingerprint(request));
        assert.match(fingerprint(request), /^[0-9a-f]{64}$/);
      }),
    );
  });

  it('does not tell an absent field from an undefined one, but every other difference', () => {
    assert.equal(fingerprint({ a: 1, b: undefined }), fingerprint({ a: 1 }));
    const requests = [
      { a: 1 },
      { a: 2 },
      { a: '1' },
      { a: null },
      { b: 1 },
      { a: [1, 2] },
      { a: [2, 1] },
      { a: { b: 1 } },
      {},
      [],
    ];
    assert.equal(new Set(requests.map(fingerprint)).size, requests.length);
  });

  it('differs whenever JSON does', () => {
    const canonical = (value: unknown) =>
      JSON.stringify(value, (_, part) =>
        part && typeof part === 'object' && !Array.isArray(part)
          ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
          : part,
      );
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 2 }), fc.jsonValue({ maxDepth: 2 }), (a, b) => {
        assert.equal(fingerprint(a) === fingerprint(b), canonical(a) === canonical(b));
      }),
    );
  });
});
