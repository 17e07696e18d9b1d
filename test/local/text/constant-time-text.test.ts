import assert from 'node:assert/strict';
import { DetectTextCommand, RekognitionClient } from '@aws-sdk/client-rekognition';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { AnalyzeIDCommand, TextractClient } from '@aws-sdk/client-textract';
import { parse } from 'mrz';
import { constantTimeEngine } from '../../../local/rekognition/engine/constant-time-engine.js';
import { constantTimeTextEngine } from '../../../local/text/constant-time-text.js';
import { startTwin, type Twin } from '../../../local/twin.js';
import { s3Client } from '../../contract/clients.js';

describe('the constant-time text engine, in the twin', () => {
  let twin: Twin;
  before(async () => {
    twin = await startTwin({
      rekognition: { engine: constantTimeEngine() },
      text: constantTimeTextEngine(),
    });
  });
  after(() => twin?.close());

  const analysed = async (Body: Uint8Array): Promise<Record<string, string>> => {
    const { endpoints, credentials } = twin;
    const s3 = s3Client(endpoints.s3, credentials);
    await s3.send(new CreateBucketCommand({ Bucket: 'documents' })).catch(() => {});
    await s3.send(new PutObjectCommand({ Bucket: 'documents', Key: 'a', Body }));
    const client = new TextractClient({ endpoint: endpoints.textract, region: 'us-east-1', credentials });
    const S3Object = { Bucket: 'documents', Name: 'a' };
    const answer = await client.send(new AnalyzeIDCommand({ DocumentPages: [{ S3Object }] }));
    const fields = answer.IdentityDocuments?.[0]?.IdentityDocumentFields ?? [];
    return Object.fromEntries(
      fields.map(({ Type, ValueDetection }) => [Type?.Text ?? '', ValueDetection?.Text ?? '']),
    );
  };
  const jpeg = (byte: number) => new Uint8Array([0xff, 0xd8, 0xff, byte]);

  it('answers AnalyzeID with a passport whose number follows from the bytes', async () => {
    const [one, same, other] = [await analysed(jpeg(1)), await analysed(jpeg(1)), await analysed(jpeg(2))];
    assert.equal(one?.ID_TYPE, 'PASSPORT');
    assert.equal(one?.DOCUMENT_NUMBER, same?.DOCUMENT_NUMBER);
    assert.notEqual(one?.DOCUMENT_NUMBER, other?.DOCUMENT_NUMBER);
    const { valid, fields } = parse(one?.MRZ_CODE?.split('\n') ?? []);
    assert.deepEqual([valid, fields.documentNumber], [true, one?.DOCUMENT_NUMBER]);
  });

  it('answers DetectText', async () => {
    const { endpoints, credentials } = twin;
    const client = new RekognitionClient({
      endpoint: endpoints.rekognition,
      region: 'us-east-1',
      credentials,
    });
    const { TextDetections = [] } = await client.send(new DetectTextCommand({ Image: { Bytes: jpeg(1) } }));
    const lines = TextDetections.filter(({ Type }) => Type === 'LINE').map(
      ({ DetectedText }) => DetectedText,
    );
    assert.ok(lines.includes('Surname SPECIMEN'));
  });
});
