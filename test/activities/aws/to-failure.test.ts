import assert from 'node:assert/strict';
import { ApplicationFailure } from '@temporalio/common';
import { errorName, toFailure } from '../../../activities/aws/to-failure.js';
import { tryOf } from '../support/try-of.js';

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
      'AuthorizationHeaderMalformed',
      'CredentialsProviderError',
      'ExpiredToken',
      'ExpiredTokenException',
      'InvalidS3ObjectException',
      'InvalidToken',
      'NoSuchBucket',
      'NoSuchKey',
      'PermanentRedirect',
      'RequestTimeTooSkewed',
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

  it('that asks an activity to slow down asks for more patience with every try, up to half a minute', async () => {
    const delaysOf = (attempt: number) =>
      tryOf(attempt, async () =>
        Array.from({ length: 200 }, () => Number(toFailure('IndexFaces', named('SlowDown')).nextRetryDelay)),
      );
    for (const [attempt, most] of [
      [1, 300],
      [3, 1_200],
      [7, 19_200],
      [8, 30_000],
      [2_000, 30_000],
    ] as const) {
      const delays = await delaysOf(attempt);
      assert.ok(Math.min(...delays) > 0 && Math.max(...delays) <= most);
      assert.ok(Math.max(...delays) > most / 2 && Math.min(...delays) < most / 2, 'full jitter');
    }
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
