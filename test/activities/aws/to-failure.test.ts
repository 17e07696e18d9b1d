import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { errorName, toFailure } from '../../../activities/aws/to-failure.js';

const named = (name: string) => Object.assign(new Error('quotes u-secret'), { name });

const table: [type: string, nonRetryable: boolean, names: string[]][] = [
  [
    'Throttled',
    false,
    ['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'SlowDown'],
  ],
  [
    'OperatorMustAct',
    true,
    [
      'AccessDenied',
      'AccessDeniedException',
      'ExpiredTokenException',
      'InvalidS3ObjectException',
      'NoSuchBucket',
      'ResourceNotFoundException',
      'ServiceQuotaExceededException',
      'UnrecognizedClientException',
      'ValidationException',
    ],
  ],
  [
    'DependencyUnavailable',
    false,
    ['InternalServerError', 'ServiceUnavailable', 'TimeoutError', 'ECONNREFUSED', 'Error'],
  ],
];

describe('an error of AWS', () => {
  for (const [type, nonRetryable, names] of table) {
    for (const name of names) {
      it(`${name} is ${type}`, () => {
        const failure = toFailure('IndexFaces', named(name));
        assert.deepEqual([failure.type, failure.nonRetryable], [type, nonRetryable]);
        assert.match(failure.message, /^IndexFaces/);
        assert.ok(!JSON.stringify([failure.message, failure.details, failure.cause]).includes('u-secret'));
      });
    }
  }

  it('that asks to slow down names a delay of its own, and not always the same', () => {
    const delays = Array.from({ length: 20 }, () =>
      Number(toFailure('IndexFaces', named('SlowDown')).nextRetryDelay),
    );
    for (const delay of delays) assert.ok(delay >= 200 && delay <= 1_000);
    assert.ok(new Set(delays).size > 1);
  });

  it('that is a failure already stays what it is', () => {
    const failure = ApplicationFailure.create({ type: 'Throttled', message: 'paced' });
    assert.equal(toFailure('IndexFaces', failure), failure);
  });

  it('has a name whatever was thrown', () => {
    assert.deepEqual(
      [errorName(named('X')), errorName('text'), errorName(undefined)],
      ['X', 'Unknown', 'Unknown'],
    );
  });
});
