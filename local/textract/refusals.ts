import { ServiceFault } from '../faults.js';
import { faultWith } from '../http/json-service.js';

/** An error as Textract words it (https://docs.aws.amazon.com/textract/latest/dg/API_AnalyzeID.html#API_AnalyzeID_Errors). */
function refusal(name: string, message: string): ServiceFault {
  return faultWith(new ServiceFault(name, 400, message), { Code: name, Message: message });
}

/** The errors of AnalyzeID that are not those of every JSON service; all of them HTTP 400. */
export const refusals = {
  invalidParameter: () => refusal('InvalidParameterException', 'Request has invalid parameters'),
  badDocument: (why: string) =>
    refusal('BadDocumentException', `Request has a document that cannot be read: ${why}`),
  unsupported: (hint = '') =>
    refusal('UnsupportedDocumentException', `Request has unsupported document format${hint}`),
  tooLarge: () => refusal('DocumentTooLargeException', 'Document is too large: at most 10 MB.'),
  invalidS3Object: () =>
    refusal(
      'InvalidS3ObjectException',
      'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
    ),
} as const;
