import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DetectFacesCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { AnalyzeIDCommand, TextractClient } from '@aws-sdk/client-textract';
import { findStandIns, refuseStandIn } from '../../../activities/aws/stand-ins.js';

const SAYS = { 'x-idv-stand-in': 'rekognition' };

describe('stand-ins for AWS', () => {
  const servers: Server[] = [];
  let standIn: string;
  let reader: string;
  let real: string;
  /** Somebody who answers every request with these headers. */
  const serve = async (headers: Record<string, string>) => {
    const server = createServer((_request, response) => response.writeHead(200, headers).end('{}'));
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  before(async () => {
    standIn = await serve(SAYS);
    reader = await serve({ 'x-idv-stand-in': 'textract' });
    real = await serve({});
  });
  after(() => {
    for (const server of servers) server.close();
  });

  const allowed = { IDV_ALLOW_STAND_INS: 'true' };

  it('are found by what they say of themselves, where they are allowed and an endpoint is set', async () => {
    const found = (environment: Record<string, string>) => findStandIns({ ...allowed, ...environment });
    assert.deepEqual(await found({ AWS_ENDPOINT_URL_REKOGNITION: standIn }), ['rekognition']);
    assert.deepEqual(await found({ AWS_ENDPOINT_URL_TEXTRACT: reader }), ['textract']);
    assert.deepEqual(await found({ AWS_ENDPOINT_URL: standIn, AWS_ENDPOINT_URL_TEXTRACT: real }), [
      'rekognition',
    ]);
    assert.deepEqual(await found({ AWS_ENDPOINT_URL_REKOGNITION: real }), []);
    assert.deepEqual(await found({ AWS_ENDPOINT_URL_REKOGNITION: 'http://127.0.0.1:1' }), []);
    assert.deepEqual(await found({}), []);
    assert.deepEqual(await findStandIns({}), []);
    assert.deepEqual(await findStandIns({ AWS_ENDPOINT_URL_REKOGNITION: real }), []);
  });

  it('keep a process from starting, unless it was told to', async () => {
    for (const environment of [
      { AWS_ENDPOINT_URL_REKOGNITION: standIn },
      { AWS_ENDPOINT_URL_TEXTRACT: reader },
      // The SDK takes an empty variable for none, and the next one.
      { AWS_ENDPOINT_URL_REKOGNITION: '', AWS_ENDPOINT_URL: standIn },
    ]) {
      await assert.rejects(findStandIns(environment), /stand-in for development.*IDV_ALLOW_STAND_INS=true/);
      for (const refused of ['false', '0'])
        await assert.rejects(findStandIns({ ...environment, IDV_ALLOW_STAND_INS: refused }), /stand-in/);
    }
    await assert.rejects(findStandIns({ IDV_ALLOW_STAND_INS: 'perhaps' }), /IDV_ALLOW_STAND_INS/);
  });

  it('are suspected of an endpoint that does not answer, unless it is one of AWS', async () => {
    const at = (url: string) => findStandIns({ AWS_ENDPOINT_URL_TEXTRACT: url }, 10);
    await assert.rejects(at('http://127.0.0.1:1'), /Textract endpoint .* does not answer .*Start it first/);
    const vpce = 'vpce-1.textract.us-east-1.vpce.amazonaws.com'; // nobody is asked: this one is not there
    for (const host of [vpce, `${vpce}.cn`, 'textract.us-east-1.api.aws'])
      assert.deepEqual(await at(`https://${host}`), []);
    await assert.rejects(at(`http://127.0.0.1:1/?${vpce}`), /does not answer/);
  });

  it('are suspected at once where TLS fails, which is named', async () => {
    const endpoint = real.replace('http:', 'https:');
    await assert.rejects(
      findStandIns({ AWS_ENDPOINT_URL_REKOGNITION: endpoint }, 60_000),
      /not by TLS that can be trusted \(\w+\).*NODE_EXTRA_CA_CERTS/,
    );
  });

  it('are not believed by a client that refuses them, whatever they answer', async () => {
    const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
    const ask = async (endpoint: string) => {
      const options = { region: 'us-east-1', endpoint, credentials, maxAttempts: 1 };
      const [rekognition, textract] = [new RekognitionClient(options), new TextractClient(options)];
      for (const client of [rekognition, textract]) refuseStandIn(client);
      const Bytes = new Uint8Array(1);
      try {
        return await Promise.allSettled([
          rekognition.send(new DetectFacesCommand({ Image: { Bytes } })),
          textract.send(new AnalyzeIDCommand({ DocumentPages: [{ Bytes }] })),
        ]);
      } finally {
        for (const client of [rekognition, textract]) client.destroy();
      }
    };
    for (const answer of await ask(standIn)) {
      assert.equal(answer.status, 'rejected');
      assert.equal((answer.reason as { type?: string }).type, 'OperatorMustAct');
    }
    for (const answer of await ask(real)) assert.equal(answer.status, 'fulfilled');
  });
});
