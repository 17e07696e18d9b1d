import assert from 'node:assert/strict';
import { checksumOf } from '../../../local/s3/checksums.js';
import { decodePayload } from '../../../local/s3/payload.js';
import type { S3Request } from '../../../local/s3/request.js';

const crc32 = checksumOf('crc32', Buffer.from('hello world'));

function request(body: string, headers: S3Request['headers'] = {}): S3Request {
  return { method: 'PUT', bucket: 'b', key: 'k', query: new Map(), headers, body: Buffer.from(body) };
}

const framed = (body: string, headers: S3Request['headers'] = {}) =>
  request(body, {
    'content-encoding': 'aws-chunked',
    'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
    'x-amz-decoded-content-length': '11',
    ...headers,
  });

describe('A body sent to S3', () => {
  it('loses its framing, and its trailer is verified', () => {
    const trailer = `x-amz-checksum-crc32:${crc32}\r\n\r\n`;
    const { data, checksums } = decodePayload(framed(`5\r\nhello\r\n6\r\n world\r\n0\r\n${trailer}`));
    assert.equal(data.toString(), 'hello world');
    assert.deepEqual(checksums, { crc32 });
  });

  it('may carry a signature with each chunk', () => {
    const chunk = ';chunk-signature=00';
    const { data } = decodePayload(framed(`b${chunk}\r\nhello world\r\n0${chunk}\r\n\r\n`));
    assert.equal(data.toString(), 'hello world');
  });

  const broken: [what: string, body: string, code: string][] = [
    ['ends in the middle of a chunk', 'b\r\nhello', 'IncompleteBody'],
    ['has no last chunk', '5\r\nhello\r\n', 'IncompleteBody'],
    ['is not framed at all', 'hello world', 'IncompleteBody'],
    ['is shorter than announced', '5\r\nhello\r\n0\r\n\r\n', 'IncompleteBody'],
    ['has a wrong trailer', 'b\r\nhello world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n', 'BadDigest'],
  ];
  for (const [what, body, code] of broken) {
    it(`is refused when it ${what}`, () => {
      assert.throws(() => decodePayload(framed(body)), { name: code, status: 400 });
    });
  }

  it('is refused with a Content-MD5 of something else, or of nothing', () => {
    const other = { 'content-md5': Buffer.alloc(16).toString('base64') };
    assert.throws(() => decodePayload(request('x', other)), { name: 'BadDigest' });
    assert.throws(() => decodePayload(request('x', { 'content-md5': 'short' })), { name: 'InvalidDigest' });
  });

  it('takes all of its checksums when they are right', () => {
    const sha256 = checksumOf('sha256', Buffer.from('x'));
    const crc64nvme = checksumOf('crc64nvme', Buffer.from('x'));
    const headers = { 'x-amz-checksum-sha256': sha256, 'x-amz-checksum-crc64nvme': crc64nvme };
    assert.deepEqual(decodePayload(request('x', headers)).checksums, { crc64nvme, sha256 });
  });
});
