import assert from 'node:assert/strict';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { failureConverter } from '../../workers/codec/failure-converter.js';

const cause = new Error('cause of u-secret');
const failure = ApplicationFailure.create({
  type: 'OperatorMustAct',
  message: 'message of u-secret',
  details: [{ user: 'details of u-secret' }],
  cause,
  nonRetryable: true,
});

/** What stays readable once every payload is encrypted. */
function readable(value: unknown): string {
  return JSON.stringify(value, (_, part) => (isPayload(part) ? undefined : part));
}

const isPayload = (part: unknown): part is Payload =>
  typeof part === 'object' && part !== null && 'metadata' in part && 'data' in part;

describe('a failure in a history', () => {
  const stored = failureConverter.errorToFailure(failure, defaultPayloadConverter);

  it('shows its type and whether a retry may mend it, and no message, stack, cause or detail', () => {
    const text = readable(stored);
    assert.ok(!/u-secret|failure-converter\.test/.test(text), text);
    assert.equal(stored.applicationFailureInfo?.type, 'OperatorMustAct');
    assert.equal(stored.applicationFailureInfo?.nonRetryable, true);
    assert.ok(stored.encodedAttributes && stored.cause?.encodedAttributes);
  });

  it('is whole again for whoever can decrypt its payloads', () => {
    const error = failureConverter.failureToError(stored, defaultPayloadConverter);
    assert.ok(error instanceof ApplicationFailure);
    assert.deepEqual(
      [error.message, error.type, error.details, (error.cause as Error).message],
      ['message of u-secret', 'OperatorMustAct', [{ user: 'details of u-secret' }], 'cause of u-secret'],
    );
    assert.match(error.stack ?? '', /failure-converter\.test/);
  });

  it('hides errors that are not ours too', () => {
    const foreign = failureConverter.errorToFailure(new TypeError('u-secret'), defaultPayloadConverter);
    assert.ok(!readable(foreign).includes('u-secret'));
    assert.ok(
      !readable(failureConverter.errorToFailure('u-secret', defaultPayloadConverter)).includes('u-secret'),
    );
  });
});
