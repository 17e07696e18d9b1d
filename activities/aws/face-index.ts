import {
  CompareFacesCommand,
  type CompareFacesCommandOutput,
  DeleteFacesCommand,
  type DeleteFacesCommandOutput,
  DetectFacesCommand,
  type DetectFacesCommandOutput,
  type FaceMatch,
  IndexFacesCommand,
  type IndexFacesCommandOutput,
  type RekognitionClient,
  type FaceDetail as RekognitionFaceDetail,
  SearchFacesByImageCommand,
  type SearchFacesByImageCommandOutput,
  SearchFacesCommand,
  type SearchFacesCommandOutput,
} from '@aws-sdk/client-rekognition';
import type { FaceDetail } from '../../domain/face-detail.js';
import type { IndexedFace } from '../../domain/face-record.js';
import type { StoredImage } from '../../domain/image-ref.js';
import type { QualityFilter } from '../../domain/policy.js';
import type { FaceIndex, Hit, SearchAnswer } from '../ports/face-index.js';
import { compared, detected, indexed, searched } from './face-facts.js';
import type { Sending, SentImage } from './image-of.js';
import { observed } from './observe.js';
import type { Pace } from './pace.js';
import { ARCHIVE_FAULTS, createPhotoCalls, type Send } from './photo-call.js';

/** The face service over Amazon Rekognition. */
export function createFaceIndex(client: RekognitionClient, options: Sending & { pace: Pace }): FaceIndex {
  const call = createPhotoCalls(options);

  const indexing =
    (
      request: { collection: string; externalImageId: string; qualityFilter: QualityFilter },
      maxFaces: number,
    ) =>
    (Image: SentImage | undefined): Send<IndexFacesCommandOutput> => {
      const command = new IndexFacesCommand({
        CollectionId: request.collection,
        Image,
        ExternalImageId: request.externalImageId,
        MaxFaces: maxFaces,
        QualityFilter: request.qualityFilter,
        DetectionAttributes: ['DEFAULT'],
      });
      return (options) => client.send(command, options);
    };

  /** @param answer of a search that was answered with a fault: there was nothing to search for */
  const searchAnswer = (
    answer: Awaited<ReturnType<typeof call<SearchFacesCommandOutput>>>,
    asked: { collection: string; threshold: number },
  ): SearchAnswer => {
    const { requestId } = answer;
    const fact = { ...answer.fact, ...asked };
    if ('fault' in answer) return { hits: undefined, faceModelVersion: undefined, requestId, fact };
    const { FaceMatches, FaceModelVersion: faceModelVersion } = answer.output;
    return { hits: hits(FaceMatches), faceModelVersion, requestId, fact };
  };

  return {
    async detectFaces({ image, archived }) {
      const send =
        (Image?: SentImage): Send<DetectFacesCommandOutput> =>
        (options) => {
          // Glasses are for the facts: an attribute more costs nothing.
          const Attributes = ['DEFAULT', 'EYES_OPEN', 'SUNGLASSES', 'EYEGLASSES', 'FACE_OCCLUDED'] as const;
          return client.send(new DetectFacesCommand({ Image, Attributes: [...Attributes] }), options);
        };
      const found = ({ FaceDetails }: DetectFacesCommandOutput) => detected(FaceDetails);
      const answer = archived
        ? await call('DetectFaces', [image], send, found, ARCHIVE_FAULTS)
        : await call('DetectFaces', [image], send, found);
      if ('fault' in answer) {
        const { fault } = answer;
        return { ...answer, fault: fault === 'no_face' ? 'unreadable' : fault };
      }
      const { output, ...told } = answer;
      return { faces: (output.FaceDetails ?? []).map((detail) => faceDetail(detail, image)), ...told };
    },

    async compareFaces({ source, target, qualityFilter }) {
      const send =
        (SourceImage?: SentImage, TargetImage?: SentImage): Send<CompareFacesCommandOutput> =>
        (options) => {
          const command = new CompareFacesCommand({
            SourceImage,
            TargetImage,
            SimilarityThreshold: 0, // the score is evidence, also when it is low
            QualityFilter: qualityFilter,
          });
          return client.send(command, options);
        };
      const answer = await call('CompareFaces', [source, target], send, compared);
      if ('fault' in answer) return answer;
      const { output, ...told } = answer;
      const similarities = (output.FaceMatches ?? []).map((match) => match.Similarity ?? 0);
      return { similarity: Math.max(0, ...similarities), similarities, ...told };
    },

    async searchByImage({ collection, image, maxFaces, threshold, qualityFilter }) {
      const send =
        (Image?: SentImage): Send<SearchFacesByImageCommandOutput> =>
        (options) => {
          const command = new SearchFacesByImageCommand({
            CollectionId: collection,
            Image,
            MaxFaces: maxFaces,
            FaceMatchThreshold: threshold,
            QualityFilter: qualityFilter,
          });
          return client.send(command, options);
        };
      const answer = await call('SearchFacesByImage', [image], send, searched);
      return searchAnswer(answer, { collection, threshold });
    },

    async searchByFace({ collection, faceId, maxFaces, threshold }) {
      const command = new SearchFacesCommand({
        CollectionId: collection,
        FaceId: faceId,
        MaxFaces: maxFaces,
        FaceMatchThreshold: threshold,
      });
      const send = (): Send<SearchFacesCommandOutput> => (options) => client.send(command, options);
      // InvalidParameterException: the collection does not have that face (API reference, SearchFaces).
      const answer = await call('SearchFaces', [], send, searched);
      return searchAnswer(answer, { collection, threshold });
    },

    async indexFace({ collection, image, ...request }) {
      const send = indexing({ collection, ...request }, 1);
      const answer = await call('IndexFaces', [image], send, indexed);
      const { requestId } = answer;
      const fact = { ...answer.fact, collection };
      if ('fault' in answer) return { fault: answer.fault, requestId, fact };
      const [face] = indexedFaces(answer.output, collection);
      return { ...(face ? { face } : {}), requestId, fact };
    },

    async indexPhoto({ collection, image, ...request }) {
      const send = indexing({ collection, ...request }, 2);
      const answer = await call('IndexFaces', [image], send, indexed, ARCHIVE_FAULTS);
      const { requestId } = answer;
      const fact = { ...answer.fact, collection };
      if ('fault' in answer) return { faces: [], unindexed: [], fault: answer.fault, requestId, fact };
      const { UnindexedFaces = [] } = answer.output;
      return {
        faces: indexedFaces(answer.output, collection),
        unindexed: UnindexedFaces.map(({ Reasons = [] }) => Reasons),
        requestId,
        fact,
      };
    },

    async deleteFaces({ collection, faceIds }) {
      if (faceIds.length === 0) return 0;
      await options.pace('DeleteFaces');
      const command = new DeleteFacesCommand({ CollectionId: collection, FaceIds: faceIds });
      const send: Send<DeleteFacesCommandOutput> = (options) => client.send(command, options);
      const { DeletedFaces = [] } = await observed('rekognition', 'DeleteFaces', send);
      return DeletedFaces.length;
    },
  };
}

function indexedFaces(output: IndexFacesCommandOutput, collection: string): IndexedFace[] {
  const { FaceRecords = [], FaceModelVersion: faceModelVersion = '' } = output;
  return FaceRecords.flatMap(({ Face }) =>
    Face?.FaceId ? [{ faceId: Face.FaceId, collection, faceModelVersion }] : [],
  );
}

function hits(matches: FaceMatch[] | undefined): Hit[] {
  return (matches ?? []).flatMap(({ Face, Similarity }) =>
    Face?.FaceId
      ? [{ faceId: Face.FaceId, externalImageId: Face.ExternalImageId, similarity: Similarity ?? 0 }]
      : [],
  );
}

/** An attribute Rekognition left out counts against the photo, whichever way the gate looks. */
function faceDetail(detail: RekognitionFaceDetail, image: StoredImage): FaceDetail {
  const unknown = Number.NaN;
  const attribute = (
    given: { Value?: boolean | undefined; Confidence?: number | undefined } | undefined,
  ) => ({
    value: given?.Value ?? false,
    confidence: given?.Confidence ?? unknown,
  });
  return {
    confidence: detail.Confidence ?? 0,
    width: (detail.BoundingBox?.Width ?? 0) * (image.width ?? unknown),
    height: (detail.BoundingBox?.Height ?? 0) * (image.height ?? unknown),
    pose: {
      yaw: detail.Pose?.Yaw ?? unknown,
      pitch: detail.Pose?.Pitch ?? unknown,
      roll: detail.Pose?.Roll ?? unknown,
    },
    quality: {
      brightness: detail.Quality?.Brightness ?? unknown,
      sharpness: detail.Quality?.Sharpness ?? unknown,
    },
    eyesOpen: attribute(detail.EyesOpen),
    sunglasses: attribute(detail.Sunglasses),
    occluded: attribute(detail.FaceOccluded),
  };
}
