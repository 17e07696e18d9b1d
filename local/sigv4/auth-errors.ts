import { ServiceFault } from '../faults.js';

/** The errors of authentication, in one service's words. */
export interface AuthErrors {
  missing(): ServiceFault;
  malformed(why: string): ServiceFault;
  malformedQuery(why: string): ServiceFault;
  twoSignatures(): ServiceFault;
  version2(): ServiceFault;
  wrongScope(why: string): ServiceFault;
  unknownKey(): ServiceFault;
  mismatch(): ServiceFault;
  skewed(requestDate: string, now: Date): ServiceFault;
  notYetValid(): ServiceFault;
  expired(claim: { date: string; expiresSeconds?: number }, now: Date): ServiceFault;
  headersNotSigned(names: string[]): ServiceFault;
  contentHashMissing(): ServiceFault;
  contentHashInvalid(): ServiceFault;
  contentHashMismatch(declared: string, actual: string): ServiceFault;
  payloadNotSupported(declared: string): ServiceFault;
}

/** S3 has names of its own; all JSON services (DynamoDB, Rekognition, Textract) share another set. */
export function authErrors(service: string): AuthErrors {
  return service === 's3' ? s3Errors : jsonErrors;
}

const MISMATCH = 'The request signature we calculated does not match the signature you provided.';
const VERSION_2 =
  'The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.';
const fault = (name: string, status: number, message: string) => new ServiceFault(name, status, message);

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList */
const s3Errors: AuthErrors = {
  missing: () => fault('AccessDenied', 403, 'Access Denied'),
  malformed: (why) =>
    fault('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${why}`),
  malformedQuery: (why) => fault('AuthorizationQueryParametersError', 400, why),
  twoSignatures: () =>
    fault('InvalidArgument', 400, 'Only one auth mechanism allowed; the header or the query, not both.'),
  version2: () => fault('InvalidRequest', 400, VERSION_2),
  wrongScope: (why) =>
    fault('AuthorizationHeaderMalformed', 400, `The authorization header is malformed; ${why}`),
  unknownKey: () =>
    fault(
      'InvalidAccessKeyId',
      403,
      'The AWS Access Key Id you provided does not exist in our records. The twin prints the pair that it accepts.',
    ),
  mismatch: () => fault('SignatureDoesNotMatch', 403, `${MISMATCH} Check your key and signing method.`),
  skewed: (requestDate, now) =>
    fault(
      'RequestTimeTooSkewed',
      403,
      `The difference between the request time and the current time is too large: ${requestDate} against ${now.toISOString()}.`,
    ),
  notYetValid: () => fault('AccessDenied', 403, 'Request is not yet valid'),
  expired: () => fault('AccessDenied', 403, 'Request has expired'),
  headersNotSigned: (names) =>
    fault(
      'AccessDenied',
      403,
      `There were headers present in the request which were not signed: ${names.join(', ')}`,
    ),
  contentHashMissing: () =>
    fault('InvalidRequest', 400, 'Missing required header for this request: x-amz-content-sha256'),
  contentHashInvalid: () =>
    fault(
      'InvalidArgument',
      400,
      'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value.',
    ),
  contentHashMismatch: (declared, actual) =>
    fault(
      'XAmzContentSHA256Mismatch',
      400,
      `The provided 'x-amz-content-sha256' header does not match what was computed: ${declared} against ${actual}.`,
    ),
  payloadNotSupported: (declared) =>
    fault(
      'NotImplemented',
      501,
      `The twin does not verify ${declared}; sign the payload whole, or send STREAMING-UNSIGNED-PAYLOAD-TRAILER.`,
    ),
};

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/CommonErrors.html; all of them HTTP 400 on the wire. */
const jsonErrors: AuthErrors = {
  missing: () => fault('MissingAuthenticationTokenException', 400, 'Request is missing Authentication Token'),
  malformed: (why) => fault('IncompleteSignatureException', 400, why),
  malformedQuery: (why) => fault('IncompleteSignatureException', 400, why),
  twoSignatures: () =>
    fault(
      'InvalidSignatureException',
      400,
      "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    ),
  version2: () => fault('IncompleteSignatureException', 400, VERSION_2),
  wrongScope: (why) => fault('InvalidSignatureException', 400, why),
  unknownKey: () =>
    fault(
      'UnrecognizedClientException',
      400,
      'The security token included in the request is invalid. The twin prints the key pair that it accepts.',
    ),
  mismatch: () =>
    fault(
      'InvalidSignatureException',
      400,
      `${MISMATCH} Check your AWS Secret Access Key and signing method. Consult the service documentation for details.`,
    ),
  skewed: (requestDate, now) =>
    fault(
      'InvalidSignatureException',
      400,
      `Signature expired or not yet current: ${requestDate} is more than 15 min. away from ${now.toISOString()}`,
    ),
  notYetValid: () => fault('InvalidSignatureException', 400, 'Signature not yet current'),
  expired: ({ date, expiresSeconds }, now) =>
    fault(
      'InvalidSignatureException',
      400,
      `Signature expired: ${date} + ${expiresSeconds} s is earlier than ${now.toISOString()}`,
    ),
  headersNotSigned: (names) =>
    fault(
      'InvalidSignatureException',
      400,
      `'${names.join("', '")}' must be a 'SignedHeader' in the AWS Authorization.`,
    ),
  contentHashMissing: () => fault('InvalidSignatureException', 400, MISMATCH),
  contentHashInvalid: () => fault('InvalidSignatureException', 400, MISMATCH),
  contentHashMismatch: () => fault('InvalidSignatureException', 400, MISMATCH),
  payloadNotSupported: () => fault('InvalidSignatureException', 400, MISMATCH),
};
