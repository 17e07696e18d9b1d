import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Names as in the headers `x-amz-checksum-<name>`. */
export const CHECKSUM_ALGORITHMS = ['crc32', 'crc32c', 'crc64nvme', 'sha1', 'sha256'] as const;

export type ChecksumAlgorithm = (typeof CHECKSUM_ALGORITHMS)[number];

/** A checksum being computed. */
export interface Checksum {
  update(data: Uint8Array): void;
  /** Big-endian bytes. */
  digest(): Buffer;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export function startChecksum(algorithm: ChecksumAlgorithm): Checksum {
  if (algorithm === 'sha1' || algorithm === 'sha256') {
    const hash = createHash(algorithm);
    return { update: (data) => void hash.update(data), digest: () => hash.digest() };
  }
  if (algorithm === 'crc32') {
    let value = 0;
    return {
      update(data) {
        value = crc32(data, value);
      },
      digest: () => bigEndian(0, value).subarray(4),
    };
  }
  return algorithm === 'crc32c' ? crc32c() : crc64nvme();
}

/** The checksum of `data` in base64, as the headers carry it. */
export function checksumOf(algorithm: ChecksumAlgorithm, data: Uint8Array): string {
  const checksum = startChecksum(algorithm);
  checksum.update(data);
  return checksum.digest().toString('base64');
}

/** Castagnoli's polynomial, reflected (RFC 3720, appendix B.4). */
function crc32c(): Checksum {
  let value = 0xffffffff;
  return {
    update(data) {
      for (const byte of data) value = (crc32cTable[(value ^ byte) & 255] ?? 0) ^ (value >>> 8);
    },
    digest: () => bigEndian(0, ~value >>> 0).subarray(4),
  };
}

const crc32cTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0x82f63b78 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/** The AWS CLI's default. Two halves of 32 bits: BigInt takes a second for 5 MB. Polynomial 0x9a6c9329ac4bc9b5, reflected. */
function crc64nvme(): Checksum {
  let high = 0xffffffff;
  let low = 0xffffffff;
  return {
    update(data) {
      for (const byte of data) {
        const index = (low ^ byte) & 255;
        low = ((low >>> 8) | (high << 24)) ^ (crc64Low[index] ?? 0);
        high = (high >>> 8) ^ (crc64High[index] ?? 0);
      }
    },
    digest: () => bigEndian(~high >>> 0, ~low >>> 0),
  };
}

const crc64Low = new Uint32Array(256);
const crc64High = new Uint32Array(256);
for (let index = 0; index < 256; index++) {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? 0x9a6c9329ac4bc9b5n ^ (value >> 1n) : value >> 1n;
  crc64Low[index] = Number(value & 0xffffffffn);
  crc64High[index] = Number(value >> 32n);
}

function bigEndian(high: number, low: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(high, 0);
  bytes.writeUInt32BE(low >>> 0, 4);
  return bytes;
}
