import assert from 'node:assert/strict';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { signString } from '../../local/sigv4/canonical.js';
import { type SignableRequest, verifySignature } from '../../local/sigv4.js';
import { capturedRequest } from './captured-request.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "Examples: Signature calculations". */
const S3_EXAMPLES = {
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  },
  service: 's3',
  now: new Date('2013-05-24T00:00:00Z'),
};
const S3_HOST = 'examplebucket.s3.amazonaws.com';
const S3_SCOPE = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html */
const SUITE = {
  credentials: {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  },
  service: 'service',
  now: new Date('2015-08-30T12:36:00Z'),
};

describe('Signature Version 4', () => {
  describe("AWS's published examples", () => {
    const s3Examples: [what: string, request: Partial<SignableRequest>, signed: string, signature: string][] =
      [
        [
          'GET object with a Range',
          { url: '/test.txt', headers: { range: 'bytes=0-9' } },
          'host;range;x-amz-content-sha256;x-amz-date',
          'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
        ],
        [
          'PUT object with a $ in its key',
          {
            method: 'PUT',
            url: '/test%24file.text',
            headers: {
              date: 'Fri, 24 May 2013 00:00:00 GMT',
              'x-amz-storage-class': 'REDUCED_REDUNDANCY',
              'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
            },
            body: Buffer.from('Welcome to Amazon S3.'),
          },
          'date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class',
          '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
        ],
        [
          'GET bucket lifecycle, a parameter without a value',
          { url: '/?lifecycle' },
          'host;x-amz-content-sha256;x-amz-date',
          'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
        ],
        [
          'GET bucket, list objects',
          { url: '/?max-keys=2&prefix=J' },
          'host;x-amz-content-sha256;x-amz-date',
          '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
        ],
      ];
    for (const [what, example, signedHeaders, signature] of s3Examples) {
      it(`accepts: ${what}`, () => {
        const request: SignableRequest = {
          method: 'GET',
          url: '/',
          body: Buffer.alloc(0),
          ...example,
          headers: {
            host: S3_HOST,
            'x-amz-content-sha256': EMPTY_HASH,
            'x-amz-date': '20130524T000000Z',
            ...example.headers,
            authorization: `AWS4-HMAC-SHA256 Credential=${S3_SCOPE},SignedHeaders=${signedHeaders},Signature=${signature}`,
          },
        };
        verifySignature(request, S3_EXAMPLES);
      });
    }

    /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
    const presigned: SignableRequest = {
      method: 'GET',
      url:
        `/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${S3_SCOPE.replaceAll('/', '%2F')}` +
        '&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host' +
        '&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404',
      headers: { host: S3_HOST },
      body: Buffer.alloc(0),
    };
    it('accepts the presigned URL, until it has expired', () => {
      verifySignature(presigned, S3_EXAMPLES);
      const dayLater = { ...S3_EXAMPLES, now: new Date('2013-05-25T00:00:00Z') };
      verifySignature(presigned, dayLater);
      const tooLate = { ...S3_EXAMPLES, now: new Date('2013-05-25T00:00:01Z') };
      refuses(() => verifySignature(presigned, tooLate), 'AccessDenied', 403, /expired/);
    });

    it('computes the signature of the POST policy example', () => {
      /** https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html */
      const policy =
        'eyAiZXhwaXJhdGlvbiI6ICIyMDE1LTEyLTMwVDEyOjAwOjAwLjAwMFoiLA0KICAiY29uZGl0aW9ucyI6IFsNCiAgICB7ImJ1Y2tldCI6ICJzaWd2NGV4YW1wbGVidWNrZXQifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRrZXkiLCAidXNlci91c2VyMS8iXSwNCiAgICB7ImFjbCI6ICJwdWJsaWMtcmVhZCJ9LA0KICAgIHsic3VjY2Vzc19hY3Rpb25fcmVkaXJlY3QiOiAiaHR0cDovL3NpZ3Y0ZXhhbXBsZWJ1Y2tldC5zMy5hbWF6b25hd3MuY29tL3N1Y2Nlc3NmdWxfdXBsb2FkLmh0bWwifSwNCiAgICBbInN0YXJ0cy13aXRoIiwgIiRDb250ZW50LVR5cGUiLCAiaW1hZ2UvIl0sDQogICAgeyJ4LWFtei1tZXRhLXV1aWQiOiAiMTQzNjUxMjM2NTEyNzQifSwNCiAgICB7IngtYW16LXNlcnZlci1zaWRlLWVuY3J5cHRpb24iOiAiQUVTMjU2In0sDQogICAgWyJzdGFydHMtd2l0aCIsICIkeC1hbXotbWV0YS10YWciLCAiIl0sDQoNCiAgICB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJQUlPU0ZPRE5ON0VYQU1QTEUvMjAxNTEyMjkvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LA0KICAgIHsieC1hbXotYWxnb3JpdGhtIjogIkFXUzQtSE1BQy1TSEEyNTYifSwNCiAgICB7IngtYW16LWRhdGUiOiAiMjAxNTEyMjlUMDAwMDAwWiIgfQ0KICBdDQp9';
      const scope = { day: '20151229', region: 'us-east-1', service: 's3' };
      assert.equal(
        signString(policy, scope, S3_EXAMPLES.credentials.secretAccessKey),
        '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
      );
    });

    const suite: [name: string, request: Partial<SignableRequest>, signature: string][] = [
      ['get-vanilla', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
      [
        'post-vanilla',
        { method: 'POST' },
        '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
      ],
      [
        'get-vanilla-query-order-key-case',
        { url: '/?Param2=value2&Param1=value1' },
        'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
      ],
    ];
    for (const [name, example, signature] of suite) {
      it(`accepts ${name} of the test suite`, () => {
        const request: SignableRequest = {
          method: 'GET',
          url: '/',
          body: Buffer.alloc(0),
          ...example,
          headers: {
            host: 'example.amazonaws.com',
            'x-amz-date': '20150830T123600Z',
            authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
          },
        };
        verifySignature(request, SUITE);
      });
    }
  });

  describe('requests of the SDK', () => {
    const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret/+=' };
    const config = { region: 'eu-west-1', credentials, endpoint: 'http://127.0.0.1:9' };
    const dynamodb = { credentials, service: 'dynamodb' };
    let listTables: SignableRequest;

    before(async () => {
      listTables = await capturedRequest(new DynamoDBClient(config), (client) =>
        client.send(new ListTablesCommand({ Limit: 3 })),
      );
    });
    const changed = (change: Partial<SignableRequest>): SignableRequest => ({ ...listTables, ...change });
    const withHeaders = (headers: SignableRequest['headers']) =>
      changed({ headers: { ...listTables.headers, ...headers } });

    it('are accepted as they are', () => verifySignature(listTables, dynamodb));

    const refused: [why: string, request: () => SignableRequest, name: string, message: RegExp][] = [
      [
        'a changed body',
        () => changed({ body: Buffer.from('{"Limit":4}') }),
        'InvalidSignatureException',
        /match/,
      ],
      ['a changed path', () => changed({ url: '/other' }), 'InvalidSignatureException', /match/],
      ['a changed host', () => withHeaders({ host: 'elsewhere' }), 'InvalidSignatureException', /match/],
      [
        'no signature',
        () => withHeaders({ authorization: undefined }),
        'MissingAuthenticationTokenException',
        /missing/i,
      ],
      [
        'a bearer token',
        () => withHeaders({ authorization: 'Bearer abc' }),
        'MissingAuthenticationTokenException',
        /missing/i,
      ],
      [
        'half a signature',
        () => withHeaders({ authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request' }),
        'IncompleteSignatureException',
        /'Signature'.*'SignedHeaders'/,
      ],
    ];
    for (const [why, request, name, message] of refused) {
      it(`are refused with ${why}`, () => {
        refuses(() => verifySignature(request(), dynamodb), name, 400, message);
      });
    }

    it('are refused for an unknown key, another secret, or another service', () => {
      const unknown = { ...dynamodb, credentials: { ...credentials, accessKeyId: 'AKIDOTHER' } };
      refuses(() => verifySignature(listTables, unknown), 'UnrecognizedClientException', 400, /token/);
      const secret = { ...dynamodb, credentials: { ...credentials, secretAccessKey: 'wrong' } };
      refuses(() => verifySignature(listTables, secret), 'InvalidSignatureException', 400, /match/);
      const service = { ...dynamodb, service: 'rekognition' };
      refuses(() => verifySignature(listTables, service), 'InvalidSignatureException', 400, /service/);
    });

    it('are accepted with a clock 15 minutes off, and refused with more', () => {
      for (const minutes of [-14.9, 14.9]) {
        verifySignature(listTables, { ...dynamodb, now: new Date(Date.now() + minutes * 60_000) });
      }
      for (const minutes of [-16, 16]) {
        const now = new Date(Date.now() + minutes * 60_000);
        refuses(
          () => verifySignature(listTables, { ...dynamodb, now }),
          'InvalidSignatureException',
          400,
          /15 min/,
        );
      }
    });
  });

  describe("S3's own rules", () => {
    const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };
    const s3 = { credentials, service: 's3' };
    const client = new S3Client({ region: 'eu-west-1', credentials, endpoint: 'http://s3.test' });

    const signed = async (headers: Record<string, string>, body: Uint8Array): Promise<SignableRequest> => {
      const signer = await client.config.signer();
      const { headers: signedHeaders } = await signer.sign({
        method: 'PUT',
        protocol: 'http:',
        hostname: 's3.test',
        path: '/b/a%20%C5%BE%2F/x',
        headers: { host: 's3.test', ...headers },
        body,
      } as never);
      const lower = Object.entries(signedHeaders).map(([name, value]) => [name.toLowerCase(), value]);
      return { method: 'PUT', url: '/b/a%20%C5%BE%2F/x', headers: Object.fromEntries(lower), body };
    };

    it('check the body against x-amz-content-sha256, unless it is unsigned', async () => {
      const request = await signed({}, Buffer.from('photo'));
      verifySignature(request, s3);
      refuses(
        () => verifySignature({ ...request, body: Buffer.from('other') }, s3),
        'XAmzContentSHA256Mismatch',
        400,
        /does not match/,
      );
      const unsigned = await signed({ 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' }, Buffer.from('photo'));
      verifySignature({ ...unsigned, body: Buffer.from('other') }, s3);
    });

    it('refuse a header that was slipped in, a missing hash, and a chunked signature', async () => {
      const request = await signed({}, Buffer.alloc(0));
      const slipped = { ...request, headers: { ...request.headers, 'x-amz-meta-role': 'admin' } };
      refuses(() => verifySignature(slipped, s3), 'AccessDenied', 403, /not signed: x-amz-meta-role/);
      const bare = { ...request, headers: { ...request.headers, 'x-amz-content-sha256': undefined } };
      refuses(() => verifySignature(bare, s3), 'InvalidRequest', 400, /x-amz-content-sha256/);
      const hash = 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD';
      const chunked = await signed({ 'x-amz-content-sha256': hash }, Buffer.alloc(0));
      refuses(() => verifySignature(chunked, s3), 'NotImplemented', 501, /sign the payload whole/);
    });

    it('have their own names for the same refusals', async () => {
      const request = await signed({}, Buffer.alloc(0));
      const with_ = (change: object) => () => verifySignature(request, { ...s3, ...change });
      const unknown = { ...credentials, accessKeyId: 'AKIDOTHER' };
      const wrong = { ...credentials, secretAccessKey: 'wrong' };
      refuses(with_({ credentials: unknown }), 'InvalidAccessKeyId', 403, /does not exist/);
      refuses(with_({ credentials: wrong }), 'SignatureDoesNotMatch', 403, /does not match/);
      refuses(with_({ now: new Date(Date.now() + 3_600_000) }), 'RequestTimeTooSkewed', 403, /too large/);
      const anonymous = { ...request, headers: { host: 's3.test' } };
      refuses(() => verifySignature(anonymous, s3), 'AccessDenied', 403, /Access Denied/);
    });

    it('refuse presigned URLs that are incomplete, too long-lived or signed twice', async () => {
      const get = (url: string, headers: SignableRequest['headers'] = {}): SignableRequest => ({
        method: 'GET',
        url,
        headers: { host: 's3.test', ...headers },
        body: Buffer.alloc(0),
      });
      const name = 'AuthorizationQueryParametersError';
      refuses(() => verifySignature(get('/b/k?X-Amz-Signature=00'), s3), name, 400, /requires/);
      const query =
        '/b/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDTEST/20130524/eu-west-1/s3/aws4_request' +
        '&X-Amz-Date=20130524T000000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00';
      refuses(() => verifySignature(get(`${query}&X-Amz-Expires=604801`), s3), name, 400, /604800/);
      const both = get(`${query}&X-Amz-Expires=1`, { authorization: 'AWS4-HMAC-SHA256 ...' });
      refuses(() => verifySignature(both, s3), 'InvalidArgument', 400, /Only one auth mechanism/);
    });
  });
});

function refuses(run: () => void, name: string, status: number, message: RegExp): void {
  assert.throws(run, (error: Error & { status?: number }) => {
    assert.equal(`${error.name} ${error.status}`, `${name} ${status}`, error.message);
    assert.match(error.message, message);
    return true;
  });
}
