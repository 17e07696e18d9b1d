import assert from 'node:assert/strict';
import {
  AnalyzeIDCommand,
  type AnalyzeIDCommandInput,
  BadDocumentException,
  DocumentTooLargeException,
  type IdentityDocument,
  InvalidS3ObjectException,
  ProvisionedThroughputExceededException,
  TextractClient,
  UnsupportedDocumentException,
} from '@aws-sdk/client-textract';
import sharp from 'sharp';
import { createFaults } from '../../../local/faults.js';
import { type Listening, listen } from '../../../local/http/listen.js';
import { FIELD_TYPES } from '../../../local/textract/labels.js';
import { createTextract } from '../../../local/textract/server.js';
import {
  HOLDER,
  renderIdCardBack,
  renderIdCardFront,
  renderLicence,
  renderPassport,
  zoneOf,
} from '../../support/id-cards.js';
import { people, photo } from '../../support/photos.js';
import { refused } from '../rekognition/contract/contract.js';
import { textEngine } from '../text/engine.js';

const MB = 1024 * 1024;
const credentials = { accessKeyId: 'twin', secretAccessKey: 'twin-secret' };
/** An unmodified client of the AWS SDK that tries once. */
const clientOf = (endpoint: string, keys = credentials) =>
  new TextractClient({ endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });

/** What a document says, by type of field; empty ones left out. */
const textsOf = (document: IdentityDocument | undefined): Record<string, string> =>
  Object.fromEntries(
    (document?.IdentityDocumentFields ?? []).flatMap(({ Type, ValueDetection }) =>
      Type?.Text && ValueDetection?.Text ? [[Type.Text, ValueDetection.Text]] : [],
    ),
  );

describe('AnalyzeID', function () {
  this.timeout(60_000);
  const faults = createFaults();
  const objects = new Map<string, Uint8Array>();
  let listening: Listening;
  let client: TextractClient;
  before(async () => {
    const { handler } = createTextract({
      text: textEngine,
      faults,
      credentials,
      async readObject({ bucket, key, version }) {
        const found = objects.get([bucket, key, version].filter(Boolean).join('/'));
        if (!found) throw new Error('NoSuchKey');
        return found;
      },
    });
    listening = await listen(handler, { port: 0, owner: 'a test', variable: 'none' });
    client = clientOf(listening.url);
  });
  after(async () => {
    client.destroy();
    await listening.close();
  });
  beforeEach(() => faults.reset());

  const send = (...DocumentPages: NonNullable<AnalyzeIDCommandInput['DocumentPages']>) =>
    client.send(new AnalyzeIDCommand({ DocumentPages }));
  const broken = () => photo(people.franck[0]).subarray(0, 9000);

  it('reads a licence: names apart, address in parts, dates normalised (identitydocumentfields.html)', async () => {
    const holder = { suffix: 'JR', veteran: true };
    const answer = await send({ Bytes: await renderLicence({ ghost: true, tilt: 3, holder }) });
    assert.deepEqual(textsOf(answer.IdentityDocuments?.[0]), {
      FIRST_NAME: 'MARTIN',
      LAST_NAME: 'KRESLER',
      MIDDLE_NAME: 'PAUL',
      SUFFIX: 'JR',
      CITY_IN_ADDRESS: 'SACRAMENTO',
      ZIP_CODE_IN_ADDRESS: '95818',
      STATE_IN_ADDRESS: 'CA',
      STATE_NAME: 'CALIFORNIA',
      DOCUMENT_NUMBER: HOLDER.documentNumber,
      EXPIRATION_DATE: '03/14/2035',
      DATE_OF_BIRTH: '08/12/1974',
      DATE_OF_ISSUE: '03/15/2025',
      ID_TYPE: 'DRIVER LICENSE FRONT',
      ENDORSEMENTS: 'NONE',
      VETERAN: 'VETERAN',
      RESTRICTIONS: 'NONE',
      CLASS: 'C',
      ADDRESS: '2570 24TH STREET',
    });
    const birth = answer.IdentityDocuments?.[0]?.IdentityDocumentFields?.find(
      ({ Type }) => Type?.Text === 'DATE_OF_BIRTH',
    )?.ValueDetection;
    assert.deepEqual(birth?.NormalizedValue, { Value: '1974-08-12T00:00:00', ValueType: 'DATE' });
    assert.ok((birth?.Confidence as number) > 50 && (birth?.Confidence as number) <= 100);
    assert.deepEqual([answer.DocumentMetadata?.Pages, answer.AnalyzeIDModelVersion], [1, '1.0']);
  });

  it('reads a passport, and its machine-readable zone (identitydocumentfields.html)', async () => {
    const { IdentityDocuments } = await send({ Bytes: await renderPassport({ blur: 1 }) });
    assert.deepEqual(textsOf(IdentityDocuments?.[0]), {
      FIRST_NAME: 'MARTIN',
      LAST_NAME: 'KRESLER',
      MIDDLE_NAME: 'PAUL',
      DOCUMENT_NUMBER: HOLDER.documentNumber,
      EXPIRATION_DATE: '14 MAR 2035',
      DATE_OF_BIRTH: '12 AUG 1974',
      DATE_OF_ISSUE: '15 MAR 2025',
      ID_TYPE: 'PASSPORT',
      PLACE_OF_BIRTH: 'OREGON, U.S.A.',
      MRZ_CODE: zoneOf('TD3', 'P').join('\n'),
    });
  });

  it('tells every type of field, in one order, with an empty text where nothing is (API_AnalyzeID.html)', async () => {
    const { IdentityDocuments } = await send({ Bytes: photo(people.franck[0]) });
    const fields = IdentityDocuments?.[0]?.IdentityDocumentFields ?? [];
    assert.deepEqual(
      fields.map(({ Type }) => Type?.Text),
      FIELD_TYPES,
    );
    assert.deepEqual(textsOf(IdentityDocuments?.[0]), { ID_TYPE: 'UNKNOWN' });
    assert.ok(fields.every(({ ValueDetection }) => (ValueDetection?.Confidence as number) > 0));
  });

  it('takes one or two pages, as bytes or from S3, and numbers them from 1 (API_IdentityDocument.html)', async () => {
    objects.set('cards/back.jpg/v1', await renderIdCardBack());
    const S3Object = { Bucket: 'cards', Name: 'back.jpg', Version: 'v1' };
    const answer = await send({ Bytes: await renderIdCardFront() }, { S3Object });
    const [front, back] = answer.IdentityDocuments ?? [];
    assert.deepEqual([front?.DocumentIndex, back?.DocumentIndex, answer.DocumentMetadata?.Pages], [1, 2, 2]);
    assert.equal(textsOf(front).MRZ_CODE, undefined);
    assert.equal(textsOf(back).MRZ_CODE, zoneOf('TD1', 'ID').join('\n'));
    const blocks = back?.Blocks ?? [];
    const [page] = blocks.filter(({ BlockType }) => BlockType === 'PAGE');
    const lines = blocks.filter(({ BlockType }) => BlockType === 'LINE');
    assert.deepEqual(
      page?.Relationships?.[0]?.Ids,
      lines.map(({ Id }) => Id),
    );
    assert.ok(lines.some(({ Text }) => Text === 'Place of birth'));
    assert.ok(blocks.every(({ Page, Geometry }) => Page === 2 && Geometry?.Polygon?.length === 4));
    for (const pages of [[], [{}, {}, {}]])
      await refused(send(...pages), 'InvalidParameterException', /documentPages/);
    await refused(send({}), 'InvalidParameterException');
  });

  it('refuses with errors that the SDK types (API_AnalyzeID.html#API_AnalyzeID_Errors)', async () => {
    const page = (Bytes: Uint8Array) => send({ Bytes });
    const webp = await sharp(photo(people.franck[0])).webp().toBuffer();
    for (const bytes of [webp, Buffer.from('text'), Buffer.from('%PDF-1.7')])
      await assert.rejects(page(bytes), UnsupportedDocumentException);
    await assert.rejects(page(broken()), BadDocumentException);
    await assert.rejects(page(Buffer.alloc(10 * MB + 1)), DocumentTooLargeException);
    await refused(page(new Uint8Array()), 'InvalidParameterException');
    const missing = send({ S3Object: { Bucket: 'cards', Name: 'nobody.jpg' } });
    await assert.rejects(missing, InvalidS3ObjectException);
  });

  it('takes documents up to 10 MB (limits-document.html)', async () => {
    // Too large is told before what is in it: this one is refused for its format.
    await assert.rejects(send({ Bytes: Buffer.alloc(10 * MB) }), UnsupportedDocumentException);
  });

  it('lets in its own key pair only', async () => {
    const stranger = clientOf(listening.url, { ...credentials, secretAccessKey: 'wrong' });
    const asked = stranger.send(new AnalyzeIDCommand({ DocumentPages: [{ Bytes: broken() }] }));
    await refused(asked, 'InvalidSignatureException');
    stranger.destroy();
  });

  it('answers as the stand-in that it is', async () => {
    const introduced = await fetch(listening.url);
    assert.equal(((await introduced.json()) as { standIn: string }).standIn, 'textract');
    const refusal = await fetch(listening.url, { method: 'POST', body: '{}' });
    for (const { headers } of [introduced, refusal]) assert.equal(headers.get('x-idv-stand-in'), 'textract');
  });

  it('obeys quotas and planned faults, under the name of its service', async () => {
    faults.update({ textract: { quota: 'default', burst: 1 } });
    await refused(send({ Bytes: broken() }), 'BadDocumentException');
    await assert.rejects(send({ Bytes: broken() }), ProvisionedThroughputExceededException);
    faults.reset();
    const error = { name: 'InternalServerError', status: 500, message: 'oops' };
    faults.addRule({ service: 'textract', operation: 'AnalyzeID', when: 'before', error, times: 1 });
    await refused(send({ Bytes: broken() }), 'InternalServerError', /oops/, 500);
    await refused(send({ Bytes: broken() }), 'BadDocumentException');
    const logged = faults.requests().map(({ service, operation }) => `${service}.${operation}`);
    assert.deepEqual([...new Set(logged)], ['textract.AnalyzeID']);
  });
});
