import assert from 'node:assert/strict';
import fc from 'fast-check';
import { z } from 'zod';
import { parse } from '../../api/parse.js';
import { Problem } from '../../api/problem.js';

const schema = z
  .object({
    flow: z.enum(['registration', 'authentication']),
    user_id: z.string().min(1).max(5).optional(),
    profile: z.object({ email: z.email() }).strict().optional(),
    list: z.array(z.number()).optional(),
    'a/b~c': z.string().optional(),
  })
  .strict();

function errorsOf(value: unknown): readonly { pointer: string; message: string }[] {
  try {
    parse(schema, value);
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.deepEqual([error.status, error.code], [422, 'invalid_request']);
    return error.extras.errors ?? [];
  }
  return assert.fail('was accepted');
}
const pointers = (value: unknown) => errorsOf(value).map(({ pointer }) => pointer);

describe('a request', () => {
  it('that is right is what the schema makes of it', () => {
    assert.deepEqual(parse(schema, { flow: 'registration' }), { flow: 'registration' });
    assert.equal(parse(z.coerce.number(), '5'), 5);
  });

  it('that is wrong is told every field of it, once', () => {
    assert.deepEqual(
      pointers({ flow: 'x', user_id: '', profile: { email: 'no' }, list: [1, 'two', 3, null] }),
      ['/flow', '/user_id', '/profile/email', '/list/1', '/list/3'],
    );
    assert.deepEqual(pointers({}), ['/flow']);
    assert.deepEqual(pointers(undefined), ['']);
    assert.deepEqual(pointers('text'), ['']);
  });

  it('is told each field that it must not have', () => {
    const errors = errorsOf({
      flow: 'registration',
      nope: 1,
      profile: { email: 'a@b.example', more: 1, most: 2 },
    });
    assert.deepEqual(errors.map(({ pointer }) => pointer).sort(), [
      '/nope',
      '/profile/more',
      '/profile/most',
    ]);
    for (const { message } of errors) assert.equal(message, 'is not a field of this request');
  });

  it('is told fields by JSON pointers, RFC 6901', () => {
    assert.deepEqual(pointers({ flow: 'registration', 'a/b~c': 5, 'x~/y': 1 }).sort(), [
      '/a~1b~0c',
      '/x~0~1y',
    ]);
  });

  it('is never told what it said', () => {
    const secret = 'u-secret-value';
    for (const value of [
      { flow: secret },
      { flow: 'registration', user_id: secret },
      { flow: 'registration', profile: { email: secret } },
      { flow: 'registration', profile: secret },
      { flow: 'registration', list: [secret] },
    ])
      assert.ok(!JSON.stringify(errorsOf(value)).includes(secret));
  });

  it('of any shape is accepted or refused, never an error of another kind', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        assert.ok(errorsOf(value).length > 0);
      }),
    );
  });
});
