import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { ListCollectionsCommand } from '@aws-sdk/client-rekognition';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListAdaptersCommand } from '@aws-sdk/client-textract';
import { type AwsClients, createAwsClients } from '../../../activities/aws/clients.js';
import { awsSettings } from '../../../activities/aws/settings.js';

const sent: { [Service in Exclude<keyof AwsClients, 'destroy'>]: (clients: AwsClients) => Promise<unknown> } =
  {
    rekognition: ({ rekognition }) => rekognition.send(new ListCollectionsCommand({})),
    textract: ({ textract }) => textract.send(new ListAdaptersCommand({})),
    dynamodb: ({ dynamodb }) =>
      dynamodb.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })),
    s3: ({ s3 }) => s3.send(new ListBucketsCommand({})),
  };

describe('a service that takes a call and never answers', () => {
  const server = createServer(() => undefined);
  const changed = ['', '_REKOGNITION', '_TEXTRACT', '_DYNAMODB', '_S3'].map(
    (name) => `AWS_ENDPOINT_URL${name}`,
  );
  changed.push('AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY');
  const original = new Map(changed.map((name) => [name, process.env[name]]));
  let clients: AwsClients;
  before(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    for (const name of changed) process.env[name] = `http://127.0.0.1:${port}`;
    clients = createAwsClients(awsSettings({}), {
      rekognition: 50,
      textract: 50,
      dynamodb: 50,
      s3: 50,
    });
  });
  after(() => {
    for (const [name, value] of original) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    clients.destroy();
    server.closeAllConnections();
    server.close();
  });

  for (const [service, send] of Object.entries(sent)) {
    it(`is given up: ${service}`, () => assert.rejects(send(clients), { name: 'TimeoutError' }));
  }
});
