import assert from 'node:assert/strict';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection, ServiceError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import express from 'express';
import { answerProblems, noSuchRoute } from '../../api/answer-problems.js';
import { createFlows } from '../../api/flows.js';
import { problems } from '../../api/problem.js';
import { sessionInput } from '../support/session-fixtures.js';

const grpc = (code: number) => Object.assign(new Error('u-secret'), { code, details: '', metadata: {} });

describe('an error that a request meets', () => {
  let server: Server;
  let url: string;
  let next: unknown;
  before(async () => {
    const app = express();
    app.use((_request, response, proceed) => {
      response.locals.requestId = 'req_1';
      proceed();
    });
    app.get('/error', async () => {
      throw next;
    });
    app.use(noSuchRoute, answerProblems);
    server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => new Promise((resolve) => server.close(resolve)));

  async function answerTo(error: unknown) {
    next = error;
    const response = await fetch(`${url}/error`);
    const text = await response.text();
    assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.ok(!text.includes('u-secret'), text);
    const body = JSON.parse(text);
    assert.deepEqual([body.status, body.request_id], [response.status, 'req_1']);
    assert.equal(body.type, `urn:idv:problem:${body.code}`);
    return {
      status: response.status,
      code: body.code,
      retryAfter: response.headers.get('retry-after'),
      body,
    };
  }

  it('is the problem that it is', async () => {
    const { status, body } = await answerTo(problems.wrongStatus('submit', 'verified', [], 'vs_1'));
    assert.deepEqual(
      [status, body.code, body.session, body.allowed_commands],
      [409, 'wrong_status', 'vs_1', []],
    );
    const begun = await answerTo(problems.wrongStatus('redact', 'processing', [], 'vs_1'));
    assert.doesNotMatch(begun.body.detail, /ended/);
    const missing = await fetch(`${url}/nowhere`);
    assert.deepEqual([missing.status, ((await missing.json()) as { code: string }).code], [404, 'not_found']);
  });

  const failure = (type: string) => ApplicationFailure.create({ type, message: 'u-secret' });
  const unreachable: [string, unknown][] = [
    ['AWS that asks to slow down', failure('Throttled')],
    ['AWS that does not answer', failure('DependencyUnavailable')],
    ['AWS that an operator must mend', failure('OperatorMustAct')],
    ['gRPC out of reach', grpc(14)],
    ['gRPC out of resources', grpc(8)],
    ['gRPC out of time', grpc(4)],
    ['Temporal’s client out of reach', new ServiceError('u-secret', { cause: grpc(14) })],
    ['Temporal’s client out of time', new ServiceError('u-secret', { cause: grpc(4) })],
  ];
  for (const [what, error] of unreachable) {
    it(`is a 503 with Retry-After for ${what}`, async () => {
      const { status, code, retryAfter } = await answerTo(error);
      assert.deepEqual([status, code, retryAfter], [503, 'temporarily_unavailable', '1']);
    });
  }

  it('is a 500 that says nothing of it for everything else', async () => {
    for (const error of [
      new TypeError('u-secret'),
      failure('SomethingElse'),
      new ServiceError('u-secret', { cause: grpc(3) }),
      grpc(7),
      'u-secret',
      undefined,
      null,
    ]) {
      const { status, code } = await answerTo(error);
      assert.deepEqual([status, code], [500, 'internal_error']);
    }
  });

  it('is a 4xx where the request itself could not be read', async () => {
    for (const [error, status, code] of [
      [{ type: 'entity.parse.failed', status: 400 }, 400, 'malformed_request'],
      [{ type: 'entity.too.large', status: 413 }, 413, 'image_too_large'],
      [{ type: 'encoding.unsupported', status: 415 }, 400, 'malformed_request'],
      [new URIError('u-secret'), 500, 'internal_error'],
    ] as const) {
      const answer = await answerTo(Object.assign(new Error('u-secret'), error));
      assert.deepEqual([answer.status, answer.code], [status, code]);
    }
  });

  it('is a 503 when no Temporal server is there at all', async () => {
    const connection = Connection.lazy({ address: '127.0.0.1:1', connectTimeout: 50 });
    const { workflow } = new Client({ connection });
    const impatient = {
      workflow,
      withDeadline: (_deadline: number, work: () => Promise<unknown>) =>
        connection.withDeadline(Date.now() + 50, work),
    };
    const flows = createFlows(impatient as unknown as Client);
    for (const withinMs of [1, 1_000]) {
      const error = await flows
        .begin('registration', sessionInput('vs_1'), withinMs)
        .catch((thrown) => thrown);
      assert.equal((await answerTo(error)).status, 503);
    }
    await connection.close();
  });
});
