import { ATTRIBUTES, QUALITY_FILTERS } from '../shapes.js';
import { integer, list, number, object, oneOf, optional, type Read, text } from './fields.js';

// Constraints as in the service's model (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_Types.html).

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

export const collectionId = text({ min: 1, max: 255, pattern: '[a-zA-Z0-9_.\\-]+' });
export const externalImageId = text({ min: 1, max: 255, pattern: '[a-zA-Z0-9_.\\-:]+' });
export const uuid = text({ pattern: UUID });
export const faceIds = list(uuid, { min: 1, max: 4096 });
export const userId = text({ min: 1, max: 128, pattern: '[a-zA-Z0-9_.\\-:]+' });
export const percentage = number({ min: 0, max: 100 });
export const qualityFilter = oneOf(QUALITY_FILTERS);
export const attributes = list(oneOf(['DEFAULT', 'ALL', ...ATTRIBUTES] as const));
export const pageSize = integer({ min: 0, max: 4096 });
export const token = text({ max: 255 });
export const resourceArn = text({ min: 20, max: 2048 });
export const tagKey = text({ min: 1, max: 128, pattern: '(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*' });
export const tagValue = text({ max: 256 });
/** "The maximum number of faces that search APIs return is 4096." */
export const searchedFaces = integer({ min: 1, max: 4096 });

/** Bytes as base64, or where they are in S3. */
export const image = object({
  Bytes: optional(text()),
  S3Object: optional(
    object({
      Bucket: optional(text({ min: 3, max: 255, pattern: '[0-9A-Za-z.\\-_]*' })),
      Name: optional(text({ min: 1, max: 1024 })),
      Version: optional(text({ min: 1, max: 1024 })),
    }),
  ),
});
export type ImageInput = Read<typeof image>;
