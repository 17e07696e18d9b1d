import { percentDecode } from '../sigv4/signable-request.js';
import { s3Error } from './errors.js';

/** What an x-amz-copy-source header names: `[/]bucket/key[?versionId=id]`, percent-encoded. Throws InvalidArgument. */
export function copySource(header: string): { bucket: string; key: string; versionId?: string } {
  const [path = '', query] = header.split('?versionId=');
  const plain = percentDecode(path).replace(/^\//, '');
  const slash = plain.indexOf('/');
  if (slash <= 0) throw s3Error('InvalidArgument', 'x-amz-copy-source must be <bucket>/<key>.');
  return {
    bucket: plain.slice(0, slash),
    key: plain.slice(slash + 1),
    ...(query && { versionId: percentDecode(query) }),
  };
}
