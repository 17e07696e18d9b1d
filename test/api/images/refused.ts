import assert from 'node:assert/strict';
import { type AcceptImageOptions, acceptImage } from '../../../api/images/accept-image.js';
import { type ImageCodeName, imageCodes } from '../../../api/images/image-codes.js';
import { ImageRefused } from '../../../api/images/image-refused.js';

/** Asserts that the image is refused with this code, its status and its advice; returns the refusal. */
export async function refused(
  bytes: Uint8Array,
  code: ImageCodeName,
  options?: AcceptImageOptions,
): Promise<ImageRefused> {
  const error = await acceptImage(bytes, options).then(
    (image) => assert.fail(`accepted as ${image.contentType} ${image.width} × ${image.height}`),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ImageRefused, String(error));
  assert.equal(error.code, code, error.message);
  assert.equal(error.status, imageCodes[code].status);
  assert.ok(error.detail.endsWith(imageCodes[code].text));
  return error;
}
