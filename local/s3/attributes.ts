import { s3Error } from './errors.js';
import type { Attributes, Bucket, StoredVersion } from './metadata.js';
import type { S3Request } from './request.js';
import { childText, parseXml, type XmlNode } from './xml.js';

const KEPT_HEADERS = ['cache-control', 'content-disposition', 'content-language', 'content-type', 'expires'];

/** What the request says about the object it puts. Throws for what the twin would otherwise silently leave out. */
export function attributesOf(headers: S3Request['headers'], bucket: Bucket): Attributes {
  refuseUnsupported(headers);
  const kept: Record<string, string> = {};
  for (const name of KEPT_HEADERS) if (headers[name] !== undefined) kept[name] = headers[name];
  const encoding = (headers['content-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '' && each !== 'aws-chunked');
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (name.startsWith('x-amz-meta-') && value !== undefined) {
      metadata[name.slice('x-amz-meta-'.length)] = value;
    }
  }
  return {
    headers: { 'content-type': 'binary/octet-stream', ...kept },
    metadata,
    encryption: encryptionOf(headers, bucket),
    tags: tagsOf(headers['x-amz-tagging']),
  };
}

/** Query form `a=1&b=2` of the x-amz-tagging header. Throws InvalidTag. */
export function tagsOf(header: string | undefined): Record<string, string> {
  return checkedTags([...new URLSearchParams(header ?? '')]);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html: 10 tags, keys to 128, values to 256. */
export function checkedTags(pairs: [name: string, value: string][]): Record<string, string> {
  const tags = Object.fromEntries(pairs);
  if (Object.keys(tags).length !== pairs.length)
    throw s3Error('InvalidTag', 'Cannot provide a tag key twice.');
  if (pairs.length > 10) throw s3Error('InvalidTag', 'Object tags cannot be greater than 10');
  for (const [name, value] of pairs) {
    if (name === '' || name.length > 128 || value.length > 256) throw s3Error('InvalidTag');
  }
  return tags;
}

/** Headers that describe a stored object in GetObject and HeadObject; `query` may override some (response-*). */
export function objectHeaders(
  version: StoredVersion,
  bucket: Bucket,
  query: Map<string, string> = new Map(),
): Record<string, string | number | undefined> {
  const headers: Record<string, string | number | undefined> = {
    etag: `"${version.etag}"`,
    'last-modified': new Date(version.modifiedAt).toUTCString(),
    'accept-ranges': 'bytes',
    ...version.headers,
    ...encryptionHeaders(version),
    ...versionHeaders(version, bucket),
  };
  for (const name of [...KEPT_HEADERS, 'content-encoding']) {
    const override = query.get(`response-${name}`);
    if (override !== undefined) headers[name] = override;
  }
  for (const [name, value] of Object.entries(version.metadata)) headers[`x-amz-meta-${name}`] = value;
  const tagCount = Object.keys(version.tags).length;
  if (tagCount > 0) headers['x-amz-tagging-count'] = tagCount;
  return headers;
}

export function encryptionHeaders({ encryption }: Attributes): Record<string, string> {
  return {
    'x-amz-server-side-encryption': encryption.algorithm,
    ...(encryption.kmsKey && { 'x-amz-server-side-encryption-aws-kms-key-id': encryption.kmsKey }),
  };
}

/** Only buckets that have, or had, versions speak of them. */
export function versionHeaders(version: { versionId: string }, bucket: Bucket): Record<string, string> {
  return bucket.versioning ? { 'x-amz-version-id': version.versionId } : {};
}

export function checksumHeaders({ checksums }: Pick<StoredVersion, 'checksums'>): Record<string, string> {
  const entries = Object.entries(checksums.values);
  if (entries.length === 0) return {};
  return {
    ...Object.fromEntries(entries.map(([algorithm, value]) => [`x-amz-checksum-${algorithm}`, value])),
    'x-amz-checksum-type': checksums.composite ? 'COMPOSITE' : 'FULL_OBJECT',
  };
}

/** The request's word, else the bucket's default, else S3's own: AES256. */
function encryptionOf(headers: S3Request['headers'], bucket: Bucket): Attributes['encryption'] {
  const algorithm = headers['x-amz-server-side-encryption'];
  const kmsKey = headers['x-amz-server-side-encryption-aws-kms-key-id'];
  if (algorithm === undefined) return bucketEncryption(bucket);
  if (!['AES256', 'aws:kms', 'aws:kms:dsse'].includes(algorithm)) {
    throw s3Error('InvalidArgument', 'The encryption method specified is not supported');
  }
  return { algorithm, ...(kmsKey !== undefined && { kmsKey }) };
}

function bucketEncryption(bucket: Bucket): Attributes['encryption'] {
  const configuration = bucket.configuration.encryption;
  if (configuration === undefined) return { algorithm: 'AES256' };
  const root = parseXml(Buffer.from(configuration), 'ServerSideEncryptionConfiguration');
  const rule = ((root.Rule as XmlNode | undefined)?.ApplyServerSideEncryptionByDefault ?? {}) as XmlNode;
  const kmsKey = childText(rule, 'KMSMasterKeyID');
  return { algorithm: childText(rule, 'SSEAlgorithm') ?? 'AES256', ...(kmsKey && { kmsKey }) };
}

function refuseUnsupported(headers: S3Request['headers']): void {
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && !['private', 'bucket-owner-full-control'].includes(acl)) {
    throw s3Error('AccessControlListNotSupported');
  }
  for (const name of Object.keys(headers)) {
    if (/^x-amz-(server-side-encryption-customer-|object-lock-|website-redirect)/.test(name)) {
      throw s3Error('NotImplemented', `The twin does not implement ${name}.`);
    }
  }
}
