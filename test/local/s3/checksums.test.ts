import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { CHECKSUM_ALGORITHMS, checksumOf, startChecksum } from '../../../local/s3/checksums.js';

/** Check values for "123456789" of the CRC catalogue (https://reveng.sourceforge.io/crc-catalogue/). */
const NINE_DIGITS = Buffer.from('123456789');
const CRC_CHECKS = { crc32: 'cbf43926', crc32c: 'e3069283', crc64nvme: 'ae8b14860a799888' } as const;

describe('Checksums of S3', () => {
  for (const [algorithm, check] of Object.entries(CRC_CHECKS)) {
    it(`${algorithm} has the catalogue's check value`, () => {
      const value = checksumOf(algorithm as keyof typeof CRC_CHECKS, NINE_DIGITS);
      assert.equal(Buffer.from(value, 'base64').toString('hex'), check);
    });
  }

  it('sha1 and sha256 are those', () => {
    for (const algorithm of ['sha1', 'sha256'] as const) {
      const expected = createHash(algorithm).update(NINE_DIGITS).digest('base64');
      assert.equal(checksumOf(algorithm, NINE_DIGITS), expected);
    }
  });

  it('come out the same in pieces', () => {
    for (const algorithm of CHECKSUM_ALGORITHMS) {
      const checksum = startChecksum(algorithm);
      checksum.update(NINE_DIGITS.subarray(0, 4));
      checksum.update(NINE_DIGITS.subarray(4));
      assert.equal(checksum.digest().toString('base64'), checksumOf(algorithm, NINE_DIGITS));
    }
  });
});
