import { createHash } from 'node:crypto';
import { uriEncode } from '../../sigv4/canonical.js';
import type { Credentials } from '../../sigv4.js';
import { attributesOf, versionHeaders } from '../attributes.js';
import { readForm } from '../form-data.js';
import { checkPostPolicy } from '../post-policy.js';
import type { S3Request, S3Response } from '../request.js';
import { bucketOrThrow, type Store } from '../store.js';
import { putVersion } from '../write-version.js';
import { xmlDocument } from '../xml.js';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html: a browser's upload, allowed by a signed policy. */
export async function postObject(
  store: Store,
  request: S3Request,
  credentials: Credentials,
): Promise<S3Response> {
  const target = await bucketOrThrow(store, request.bucket);
  const form = readForm(request.headers['content-type'] ?? '', request.body);
  checkPostPolicy(form, request.bucket, { credentials });
  const { fields, file } = form;
  const key = (fields.key ?? '').replaceAll('$' + '{filename}', form.fileName);
  const { bucket, version } = await putVersion(store, request.bucket, key, {
    ...attributesOf(fields, target),
    blob: await store.blobs.write(file),
    size: file.length,
    etag: createHash('md5').update(file).digest('hex'),
    checksums: { values: {} },
  });
  const path = key.split('/').map(uriEncode).join('/');
  const location = `http://${request.headers.host}/${request.bucket}/${path}`;
  const headers = { etag: `"${version.etag}"`, location, ...versionHeaders(version, bucket) };
  const redirect = fields.success_action_redirect;
  if (redirect && URL.canParse(redirect)) {
    const to = new URL(redirect);
    to.searchParams.set('bucket', request.bucket);
    to.searchParams.set('key', key);
    to.searchParams.set('etag', `"${version.etag}"`);
    return { status: 303, headers: { ...headers, location: to.href } };
  }
  if (fields.success_action_status !== '201') {
    return { status: fields.success_action_status === '200' ? 200 : 204, headers };
  }
  const body = xmlDocument('PostResponse', {
    Location: location,
    Bucket: request.bucket,
    Key: key,
    ETag: `"${version.etag}"`,
  });
  return { status: 201, headers, body };
}
