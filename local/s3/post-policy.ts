import { timingSafeEqual } from 'node:crypto';
import { ServiceFault } from '../faults.js';
import { signString } from '../sigv4/canonical.js';
import type { Credentials } from '../sigv4.js';
import { s3Error } from './errors.js';
import type { UploadForm } from './form-data.js';

type Condition = [operation: string, name: string | number, value: string | number] | Record<string, string>;

/** Fields that need no condition (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). */
const FREE_FIELDS = /^(x-amz-signature|file|policy|x-ignore-.*)$/;

/**
 * Checks a browser's form against the policy that it carries: the policy's signature, its expiry, every condition, and that
 * no field is without one. Throws AccessDenied, SignatureDoesNotMatch, InvalidAccessKeyId, EntityTooLarge, EntityTooSmall.
 */
export function checkPostPolicy(
  form: UploadForm,
  bucket: string,
  options: { credentials: Credentials; now?: Date },
): void {
  const { fields, file } = form;
  const { policy } = fields;
  if (policy === undefined) throw s3Error('AccessDenied');
  checkSignature(fields, policy, options.credentials);
  const { expiration, conditions } = parsed(policy);
  if (!(Date.parse(expiration) > (options.now ?? new Date()).getTime())) throw denied('Policy expired.');

  const values: Record<string, string> = { ...fields, bucket };
  const mentioned = new Set<string>();
  for (const condition of conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition)) {
        mentioned.add(name.toLowerCase());
        if (values[name.toLowerCase()] !== value) throw failed(['eq', `$${name}`, value]);
      }
      continue;
    }
    const [operation, name, value] = condition;
    if (operation === 'content-length-range') checkLength(file.length, Number(name), Number(value));
    else {
      const field = String(name).replace(/^\$/, '').toLowerCase();
      mentioned.add(field);
      const actual = values[field] ?? '';
      const holds = operation === 'eq' ? actual === value : actual.startsWith(String(value));
      if (!holds) throw failed(condition);
    }
  }
  const extra = Object.keys(fields).filter((name) => !FREE_FIELDS.test(name) && !mentioned.has(name));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

function checkSignature(fields: Record<string, string>, policy: string, credentials: Credentials): void {
  const [accessKeyId, day, region, service, end] = (fields['x-amz-credential'] ?? '').split('/');
  if (!day || !region || service !== 's3' || end !== 'aws4_request') {
    throw s3Error('InvalidArgument', 'x-amz-credential must be <key>/<yyyymmdd>/<region>/s3/aws4_request.');
  }
  if (accessKeyId !== credentials.accessKeyId) {
    throw new ServiceFault(
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records.',
    );
  }
  const expected = Buffer.from(signString(policy, { day, region, service }, credentials.secretAccessKey));
  const actual = Buffer.from(fields['x-amz-signature'] ?? '');
  if (expected.length !== actual.length || !timingSafeEqual(expected, actual)) {
    throw s3Error('SignatureDoesNotMatch');
  }
}

function parsed(policy: string): { expiration: string; conditions: Condition[] } {
  try {
    const { expiration, conditions } = JSON.parse(Buffer.from(policy, 'base64').toString('utf8'));
    if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
  } catch {
    // answered below
  }
  throw s3Error(
    'InvalidArgument',
    'Invalid Policy: it must be base64 of JSON with expiration and conditions.',
  );
}

function checkLength(length: number, min: number, max: number): void {
  if (length < min) throw s3Error('EntityTooSmall');
  if (length > max) throw s3Error('EntityTooLarge');
}

function failed(condition: Condition) {
  return denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
}

function denied(why: string) {
  return s3Error('AccessDenied', `Invalid according to Policy: ${why}`);
}
