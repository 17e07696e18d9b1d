import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DetectFacesCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { findStandIns, refuseStandIn } from '../../../activities/aws/stand-ins.js';

const SAYS = { 'x-idv-stand-in': 'rekognition' };

describe('stand-ins for AWS', () => {
  const servers: Server[] = [];
  let standIn: string;
  let real: string;
  /** Somebody who answers every request with these headers. */
  const serve = async (headers: Record<string, string>) => {
    const server = createServer((_request, response) => response.writeHead(200, headers).end('{}'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  before(async () => {
    [standIn, real] = [await serve(SAYS), await serve({})];
  });
  after(() => {
    for (const server of servers) server.close();
  });

  const production = { NODE_ENV: 'production' };

  it('are found by what they say of themselves, and only where an endpoint is set', async () => {
    assert.deepEqual(await findStandIns({ AWS_ENDPOINT_URL_REKOGNITION: standIn }), ['rekognition']);
    assert.deepEqual(await findStandIns({ AWS_ENDPOINT_URL: standIn }), ['rekognition']);
    assert.deepEqual(await findStandIns({ AWS_ENDPOINT_URL_REKOGNITION: real }), []);
    assert.deepEqual(await findStandIns({}), []);
    assert.deepEqual(await findStandIns(production), []);
    assert.deepEqual(await findStandIns({ ...production, AWS_ENDPOINT_URL_REKOGNITION: real }), []);
  });

  it('keep a production process from starting, unless it was told to', async () => {
    const environment = { ...production, AWS_ENDPOINT_URL_REKOGNITION: standIn };
    await assert.rejects(findStandIns(environment), /stand-in for development.*IDV_ALLOW_STAND_INS=true/);
    for (const refused of ['false', '0'])
      await assert.rejects(findStandIns({ ...environment, IDV_ALLOW_STAND_INS: refused }), /stand-in/);
    await assert.rejects(
      findStandIns({ ...environment, IDV_ALLOW_STAND_INS: 'perhaps' }),
      /IDV_ALLOW_STAND_INS/,
    );
    assert.deepEqual(await findStandIns({ ...environment, IDV_ALLOW_STAND_INS: 'true' }), ['rekognition']);
  });

  it('are suspected in production of an endpoint that does not answer, and nowhere else', async () => {
    const gone = { AWS_ENDPOINT_URL_REKOGNITION: 'http://127.0.0.1:1' };
    assert.deepEqual(await findStandIns(gone), []);
    await assert.rejects(findStandIns({ ...production, ...gone }, 10), /does not answer/);
  });

  it('are not believed by a client that refuses them, whatever they answer', async () => {
    const ask = async (endpoint: string) => {
      const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
      const client = new RekognitionClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
      refuseStandIn(client);
      try {
        return await client.send(new DetectFacesCommand({ Image: { Bytes: new Uint8Array(1) } }));
      } finally {
        client.destroy();
      }
    };
    await assert.rejects(ask(standIn), { type: 'OperatorMustAct' });
    assert.ok(await ask(real));
  });
});
