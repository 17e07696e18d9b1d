import { ServiceFault } from '../faults.js';
import { faultWith } from '../http/json-service.js';

/** An error as Rekognition words it (https://docs.aws.amazon.com/rekognition/latest/dg/error-handling.html). */
function refusal(name: string, message: string): ServiceFault {
  return faultWith(new ServiceFault(name, 400, message), { Code: name, Message: message });
}

/** The errors of the operations; all of them HTTP 400. */
export const refusals = {
  invalidParameter: (message = 'Request has invalid parameters') =>
    refusal('InvalidParameterException', message),
  noFaces: () => refusals.invalidParameter('There are no faces in the image. Should be at least 1.'),
  faceNotFound: () => refusals.invalidParameter('faceId was not found in the collection.'),
  invalidImageFormat: () => refusal('InvalidImageFormatException', 'Request has invalid image format'),
  imageTooLarge: () => refusal('ImageTooLargeException', 'Image size is too large.'),
  invalidS3Object: () =>
    refusal(
      'InvalidS3ObjectException',
      'Unable to get object metadata from S3. Check object key, region and/or access permissions.',
    ),
  invalidToken: () => refusal('InvalidPaginationTokenException', 'Invalid Pagination Token'),
  collectionNotFound: (id: string) =>
    refusal('ResourceNotFoundException', `The collection id: ${id} does not exist`),
  resourceNotFound: (arn: string) =>
    refusal('ResourceNotFoundException', `The resource ${arn} does not exist.`),
  collectionExists: (id: string) =>
    refusal('ResourceAlreadyExistsException', `The collection id: ${id} already exists`),
  sessionNotFound: () => refusal('SessionNotFoundException', 'Session not found.'),
  tooManyTags: () => refusal('ServiceQuotaExceededException', 'A resource can have at most 200 tags.'),
  serialization: (path: string, wanted: string) =>
    refusal('SerializationException', `${path} must be ${wanted}.`),
} as const;
