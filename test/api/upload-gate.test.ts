import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Request, Response } from 'express';
import { fetchedBytes } from '../../api/photos.js';
import { roomForFetched, uploadGate } from '../../api/upload-gate.js';

/** All that bodies may hold at once, and more. */
const ALL = 2 ** 30;

/** An answer that is not out yet, as far as the gate looks at it. */
function answer() {
  const response = Object.assign(new EventEmitter(), { closed: false });
  const close = () => {
    response.closed = true;
    response.emit('close');
  };
  return { response: response as unknown as Response, close };
}

/** Tells whether it was let in, once everything that can happen has. */
async function isIn(entering: Promise<unknown>): Promise<boolean> {
  let entered = false;
  void entering.then(() => {
    entered = true;
  });
  await new Promise(setImmediate);
  return entered;
}

describe('the gate before uploads', () => {
  const upload = (response: Response, bytes: number) =>
    new Promise<void>((resolve, reject) => {
      const request = { headers: { 'content-length': String(bytes) } } as Request;
      void uploadGate(ALL, 1)(request, response, (error) => (error ? reject(error) : resolve()));
    });

  it('is passed by those after one who hung up while waiting', async () => {
    const [first, second, third] = [answer(), answer(), answer()];
    assert.ok(await isIn(upload(first.response, ALL)));
    const waiting = upload(second.response, ALL);
    assert.ok(!(await isIn(waiting)));
    second.close();
    first.close();
    assert.ok(await isIn(upload(third.response, ALL)));
    third.close();
  });

  it('counts photos that a short body names in a bucket', async () => {
    const named = { s3: { bucket: 'partner-photos', key: 'a.jpg' } };
    const bytes = fetchedBytes([named, named, named, named]);
    assert.ok(bytes >= 4 * 15_000_000);
    assert.equal(fetchedBytes([new Uint8Array(5), 'aGk=', { base64: 'aGk=' }]), 0);

    const [first, second] = [answer(), answer()];
    assert.ok(await isIn(roomForFetched(first.response, bytes)));
    const waiting = roomForFetched(second.response, bytes);
    assert.ok(!(await isIn(waiting)));
    assert.ok(await isIn(roomForFetched(answer().response, 0)), 'who names none waits for none');
    first.close();
    assert.ok(await isIn(waiting));
    second.close();
  });
});
