import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { authenticate, tenantOf } from '../../api/authenticate.js';
import { Problem } from '../../api/problem.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const guard = authenticate([
  { sha256: sha256('sk_live'), account: 'acme', mode: 'live' },
  { sha256: sha256('sk_test'), account: 'acme', mode: 'test' },
]);

/** Who a request with this header is, or the problem it meets. */
function caller(authorization: string | undefined): unknown {
  const locals: Record<string, unknown> = {};
  const headers: Record<string, string> = {};
  const response = {
    locals,
    set: (name: string, value: string) => Object.assign(headers, { [name]: value }),
  };
  try {
    guard({ headers: { authorization } } as Request, response as unknown as Response, () => undefined);
    return tenantOf(locals);
  } catch (error) {
    assert.ok(error instanceof Problem);
    assert.deepEqual(headers, { 'WWW-Authenticate': 'Bearer' });
    assert.deepEqual(locals, {});
    return error.status;
  }
}

describe('an API key', () => {
  it('says whose data a request is about', () => {
    assert.deepEqual(caller('Bearer sk_live'), { account: 'acme', mode: 'live' });
    assert.deepEqual(caller('bearer sk_test'), { account: 'acme', mode: 'test' });
  });

  for (const header of [
    undefined,
    '',
    'sk_live',
    'Bearer',
    'Bearer ',
    'Bearer sk_other',
    'Bearer sk_live ',
    'Bearer sk_live sk_test',
    'Basic sk_live',
    `Bearer ${sha256('sk_live')}`,
    'Bearer sk_livé',
  ]) {
    it(`is not found in ${JSON.stringify(header)}`, () => {
      assert.equal(caller(header), 401);
    });
  }
});
