import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { LoggedRequest } from '../../local/faults/request-log.js';
import { failureConverter } from '../../workers/codec/failure-converter.js';
import { testDataConverter } from './data-converter.js';
import { searchHistory, searchRequest } from './find-personal.js';
import { person, personalValues, registrationOfPerson } from './person.js';

const codecs = testDataConverter.payloadCodecs ?? [];
const sha256 = (value: string, encoding: 'hex' | 'base64' | 'base64url') =>
  createHash('sha256').update(value).digest(encoding);

describe('the search for personal values', () => {
  const request = (more: Partial<LoggedRequest>): LoggedRequest => ({
    ...{ id: 1, at: '', service: 'dynamodb', operation: 'PutItem', requestId: 'r', method: 'POST' },
    ...{ url: '/', headers: { 'x-amz-target': 'PutItem' }, body: '{"pk":{"S":"acme#test#USER#abc"}}' },
    ...more,
  });
  /** Encrypted as the workers do it. */
  const encrypted = async (payload: Payload) => (await codecs[0]?.encode([payload])) ?? [];
  const started = async (input: unknown) => ({
    events: [
      {
        workflowExecutionStartedEventAttributes: {
          input: { payloads: await encrypted(defaultPayloadConverter.toPayload(input) as Payload) },
        },
      },
    ],
  });

  it('finds nothing where there is nothing', async () => {
    searchRequest(request({}));
    assert.equal(await searchHistory('w', await started({ subject: 'abc' }), codecs), 1);
  });

  for (const value of personalValues) {
    it(`finds ${value} in requests, however it is written`, () => {
      const bodies = {
        plain: value,
        base64: Buffer.from(`{"a":"${value}"}`).toString('base64'),
        base64url: Buffer.from(`"${value}"`).toString('base64url'),
        hex: sha256(value, 'hex'),
        'hash in base64': sha256(value, 'base64'),
        'hash in base64url': sha256(value, 'base64url'),
      };
      for (const [form, body] of Object.entries(bodies))
        assert.throws(
          () => searchRequest(request({ body: `{"x":"${body}"}` })),
          /dynamodb\.PutItem shows/,
          form,
        );
      assert.throws(() => searchRequest(request({ url: `/faces/${encodeURIComponent(value)}` })), /shows/);
      assert.throws(() => searchRequest(request({ headers: { 'x-amz-meta-user': value } })), /shows/);
    });

    it(`finds ${value} in what a history holds encrypted, and in its search attributes`, async () => {
      await assert.rejects(
        searchHistory('w', await started({ deep: [{ value }] }), codecs),
        /a payload in .* w shows/,
      );
      const open = {
        searchAttributes: { indexedFields: { Reason: defaultPayloadConverter.toPayload(value) } },
      };
      await assert.rejects(searchHistory('w', { events: [open] }, codecs), /history of w shows/);
    });
  }

  it('finds it in messages of failures, encrypted or not', async () => {
    const error = new Error(`${registrationOfPerson.user_id} exists`);
    const plain = defaultFailureConverter.errorToFailure(error, defaultPayloadConverter);
    await assert.rejects(
      searchHistory('w', { events: [{ failure: plain }] }, codecs),
      /the history of w shows/,
    );

    const failure = failureConverter.errorToFailure(error, defaultPayloadConverter);
    const [encodedAttributes] = await encrypted(failure.encodedAttributes as Payload);
    const events = [{ failure: { ...failure, encodedAttributes } }];
    await assert.rejects(searchHistory('w', { events }, codecs), /a payload in the history of w shows/);
  });

  it('finds letters that are escaped', () => {
    const body = JSON.stringify({ name: person.name }).replace('\u00e1', '\\u00e1');
    assert.throws(() => searchRequest(request({ body })), /shows "Zuzana/);
  });
});
