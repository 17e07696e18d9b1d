import {
  DescribeCollectionCommand,
  ListFacesCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { FaceCollections } from '../ports/face-collections.js';
import { observed } from './observe.js';
import type { Pace } from './pace.js';
import { errorName } from './to-failure.js';

/** Rekognition's name for a collection that is not there; elsewhere it is for an operator, here it is an answer. */
const ABSENT = 'ResourceNotFoundException';

/** Collections of Amazon Rekognition, face by face. */
export function createFaceCollections(client: RekognitionClient, pace: Pace): FaceCollections {
  return {
    async listFaces({ collection, limit, token, faceIds }) {
      await pace('ListFaces');
      const command = new ListFacesCommand({
        CollectionId: collection,
        MaxResults: limit,
        NextToken: token,
        FaceIds: faceIds ? [...faceIds] : undefined,
      });
      try {
        const page = await observed('rekognition', 'ListFaces', (options) => client.send(command, options), [
          ABSENT,
        ]);
        return {
          faces: (page.Faces ?? []).flatMap(({ FaceId, ExternalImageId }) =>
            FaceId ? [{ faceId: FaceId, externalImageId: ExternalImageId }] : [],
          ),
          ...(page.NextToken ? { token: page.NextToken } : {}),
        };
      } catch (error) {
        if (errorName(error) === ABSENT) return undefined;
        throw error;
      }
    },
    async countFaces({ collection }) {
      await pace('DescribeCollection');
      const command = new DescribeCollectionCommand({ CollectionId: collection });
      try {
        const { FaceCount = 0 } = await observed(
          'rekognition',
          'DescribeCollection',
          (options) => client.send(command, options),
          [ABSENT],
        );
        return FaceCount;
      } catch (error) {
        if (errorName(error) === ABSENT) return undefined;
        throw error;
      }
    },
  };
}
