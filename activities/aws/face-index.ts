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
} from '@aws-sdk/client-rekognition';
import type { FaceDetail } from '../../domain/face-detail.js';
import type { CallFact } from '../../domain/facts.js';
import { hashesOf, type StoredImage } from '../../domain/image-ref.js';
import type { FaceIndex, Hit, PhotoFault } from '../ports/face-index.js';
import { compared, detected, indexed, searched } from './face-facts.js';
import { imageOf, type Sending } from './image-of.js';
import { type CallOptions, observed } from './observe.js';
import type { Pace } from './pace.js';
import { errorName } from './to-failure.js';

/** What Rekognition says of a photo it cannot use (API reference, errors of each operation). */
const PHOTO_ERRORS = ['InvalidImageFormatException', 'ImageTooLargeException', 'InvalidParameterException'];

type Send<T> = (options: CallOptions) => Promise<T>;

interface Output {
  $metadata: { requestId?: string };
}

/**
 * The face service over Amazon Rekognition.
 * @param options.sendBytes photos are read from S3 and sent inline (5 MB at most): needed when Rekognition's region is not
 *   the bucket's (API reference, S3Object)
 */
export function createFaceIndex(client: RekognitionClient, options: Sending & { pace: Pace }): FaceIndex {
  /**
   * A call about photos, and what is kept of it. What Rekognition says of a photo it cannot use is a result: with
   * InvalidParameterException SearchFacesByImage and CompareFaces say that there is no face (API reference); our parameters
   * themselves are held by the contract tests.
   */
  async function call<T extends Output>(
    operation: string,
    photos: readonly StoredImage[],
    send: Send<T>,
    found: (output: T) => Partial<CallFact>,
  ): Promise<
    | { output: T; requestId: string; fact: CallFact }
    | { fault: PhotoFault; requestId: string; fact: CallFact }
  > {
    await options.pace(operation);
    const started = performance.now();
    const fact = (requestId: string, more: Partial<CallFact>): CallFact => ({
      operation,
      requestId,
      durationMs: Math.round(performance.now() - started),
      images: hashesOf(...photos),
      ...more,
    });
    try {
      const output = await observed('rekognition', operation, send, PHOTO_ERRORS);
      const requestId = requestIdOf(output);
      return { output, requestId, fact: fact(requestId, found(output)) };
    } catch (error) {
      const name = errorName(error);
      if (!PHOTO_ERRORS.includes(name)) throw error;
      const requestId = requestIdOf(error as Output);
      const fault = name === 'InvalidParameterException' ? 'no_face' : 'unreadable';
      return { fault, requestId, fact: fact(requestId, { fault }) };
    }
  }

  return {
    async detectFaces({ image }) {
      const command = new DetectFacesCommand({
        Image: await imageOf(image, options),
        // Glasses are for the facts: an attribute more costs nothing.
        Attributes: ['DEFAULT', 'EYES_OPEN', 'SUNGLASSES', 'EYEGLASSES', 'FACE_OCCLUDED'],
      });
      const send: Send<DetectFacesCommandOutput> = (options) => client.send(command, options);
      const answer = await call('DetectFaces', [image], send, ({ FaceDetails }) => detected(FaceDetails));
      if ('fault' in answer) return { ...answer, fault: 'unreadable' };
      const { output, ...told } = answer;
      return { faces: (output.FaceDetails ?? []).map((detail) => faceDetail(detail, image)), ...told };
    },

    async compareFaces({ source, target, qualityFilter }) {
      const [sourceImage, targetImage] = await Promise.all([
        imageOf(source, options),
        imageOf(target, options),
      ]);
      const command = new CompareFacesCommand({
        SourceImage: sourceImage,
        TargetImage: targetImage,
        SimilarityThreshold: 0, // the score is evidence, also when it is low
        QualityFilter: qualityFilter,
      });
      const send: Send<CompareFacesCommandOutput> = (options) => client.send(command, options);
      const answer = await call('CompareFaces', [source, target], send, compared);
      if ('fault' in answer) return answer;
      const { output, ...told } = answer;
      const similarities = (output.FaceMatches ?? []).map((match) => match.Similarity ?? 0);
      return { similarity: Math.max(0, ...similarities), similarities, ...told };
    },

    async searchByImage({ collection, image, maxFaces, threshold, qualityFilter }) {
      const command = new SearchFacesByImageCommand({
        CollectionId: collection,
        Image: await imageOf(image, options),
        MaxFaces: maxFaces,
        FaceMatchThreshold: threshold,
        QualityFilter: qualityFilter,
      });
      const asked = { collection, threshold };
      const send: Send<SearchFacesByImageCommandOutput> = (options) => client.send(command, options);
      const answer = await call('SearchFacesByImage', [image], send, searched);
      const { requestId } = answer;
      const fact = { ...answer.fact, ...asked };
      if ('fault' in answer) return { hits: undefined, faceModelVersion: undefined, requestId, fact };
      const { FaceMatches, FaceModelVersion: faceModelVersion } = answer.output;
      return { hits: hits(FaceMatches), faceModelVersion, requestId, fact };
    },

    async indexFace({ collection, image, externalImageId, qualityFilter }) {
      const command = new IndexFacesCommand({
        CollectionId: collection,
        Image: await imageOf(image, options),
        ExternalImageId: externalImageId,
        MaxFaces: 1,
        QualityFilter: qualityFilter,
        DetectionAttributes: ['DEFAULT'],
      });
      const send: Send<IndexFacesCommandOutput> = (options) => client.send(command, options);
      const answer = await call('IndexFaces', [image], send, indexed);
      const { requestId } = answer;
      const fact = { ...answer.fact, collection };
      if ('fault' in answer) return { fault: answer.fault, requestId, fact };
      const { FaceRecords, FaceModelVersion: faceModelVersion = '' } = answer.output;
      const faceId = FaceRecords?.[0]?.Face?.FaceId;
      return { ...(faceId ? { face: { faceId, collection, faceModelVersion } } : {}), requestId, fact };
    },

    async deleteFaces({ collection, faceIds }) {
      if (faceIds.length === 0) return 0;
      await options.pace('DeleteFaces');
      const command = new DeleteFacesCommand({ CollectionId: collection, FaceIds: faceIds });
      const send: Send<DeleteFacesCommandOutput> = (options) => client.send(command, options);
      const { DeletedFaces = [] } = await observed('rekognition', 'DeleteFaces', send, PHOTO_ERRORS);
      return DeletedFaces.length;
    },
  };
}

function requestIdOf({ $metadata }: Output): string {
  return $metadata?.requestId ?? 'unknown';
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
