import {
  CompareFacesCommand,
  DeleteFacesCommand,
  DetectFacesCommand,
  type FaceMatch,
  type Image,
  IndexFacesCommand,
  type RekognitionClient,
  type FaceDetail as RekognitionFaceDetail,
  SearchFacesByImageCommand,
} from '@aws-sdk/client-rekognition';
import type { FaceDetail } from '../../domain/face-detail.js';
import type { ImageRef } from '../../domain/image-ref.js';
import type { FaceIndex, Hit, PhotoFault, PhotoStore } from '../ports.js';
import { type CallOptions, observed } from './observe.js';
import type { Pace } from './pace.js';
import { errorName, toFailure } from './to-failure.js';

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
export function createFaceIndex(
  client: RekognitionClient,
  options: { pace: Pace; sendBytes: false } | { pace: Pace; sendBytes: true; photos: PhotoStore },
): FaceIndex {
  async function call<T extends Output>(operation: string, send: Send<T>): Promise<T> {
    await options.pace(operation);
    return observed('rekognition', operation, send, PHOTO_ERRORS);
  }

  async function imageOf(photo: ImageRef): Promise<Image> {
    if (!options.sendBytes) return { S3Object: { Bucket: photo.bucket, Name: photo.key } };
    const bytes = await options.photos.get(photo);
    if (!bytes)
      throw toFailure('GetObject', Object.assign(new Error(), { name: 'InvalidS3ObjectException' }));
    return { Bytes: bytes };
  }

  return {
    async detectFaces({ image }) {
      const command = new DetectFacesCommand({
        Image: await imageOf(image),
        Attributes: ['DEFAULT', 'EYES_OPEN', 'SUNGLASSES', 'FACE_OCCLUDED'],
      });
      const output = await orFault(call('DetectFaces', (options) => client.send(command, options)));
      if ('fault' in output) return { fault: 'unreadable', requestId: output.requestId };
      return {
        faces: (output.FaceDetails ?? []).map((detail) => faceDetail(detail, image)),
        requestId: requestId(output),
      };
    },

    async compareFaces({ source, target, qualityFilter }) {
      const [sourceImage, targetImage] = await Promise.all([imageOf(source), imageOf(target)]);
      const command = new CompareFacesCommand({
        SourceImage: sourceImage,
        TargetImage: targetImage,
        SimilarityThreshold: 0, // the score is evidence, also when it is low
        QualityFilter: qualityFilter,
      });
      const output = await orFault(call('CompareFaces', (options) => client.send(command, options)));
      if ('fault' in output) return output;
      const similarity = Math.max(0, ...(output.FaceMatches ?? []).map((match) => match.Similarity ?? 0));
      return { similarity, requestId: requestId(output) };
    },

    async searchByImage({ collection, image, maxFaces, threshold, qualityFilter }) {
      const command = new SearchFacesByImageCommand({
        CollectionId: collection,
        Image: await imageOf(image),
        MaxFaces: maxFaces,
        FaceMatchThreshold: threshold,
        QualityFilter: qualityFilter,
      });
      const output = await orFault(call('SearchFacesByImage', (options) => client.send(command, options)));
      if ('fault' in output)
        return { hits: undefined, faceModelVersion: undefined, requestId: output.requestId };
      return {
        hits: hits(output.FaceMatches),
        faceModelVersion: output.FaceModelVersion,
        requestId: requestId(output),
      };
    },

    async indexFace({ collection, image, externalImageId, qualityFilter }) {
      const command = new IndexFacesCommand({
        CollectionId: collection,
        Image: await imageOf(image),
        ExternalImageId: externalImageId,
        MaxFaces: 1,
        QualityFilter: qualityFilter,
        DetectionAttributes: ['DEFAULT'],
      });
      const output = await orFault(call('IndexFaces', (options) => client.send(command, options)));
      if ('fault' in output) return output;
      const faceId = output.FaceRecords?.[0]?.Face?.FaceId;
      if (!faceId) return { requestId: requestId(output) };
      const faceModelVersion = output.FaceModelVersion ?? '';
      return { face: { faceId, collection, faceModelVersion }, requestId: requestId(output) };
    },

    async deleteFaces({ collection, faceIds }) {
      if (faceIds.length === 0) return;
      const command = new DeleteFacesCommand({ CollectionId: collection, FaceIds: faceIds });
      await call('DeleteFaces', (options) => client.send(command, options));
    },
  };
}

/**
 * Turns what Rekognition says of a photo into a result. InvalidParameterException is how SearchFacesByImage and
 * CompareFaces say that there is no face (API reference); our parameters themselves are held by the contract tests.
 */
async function orFault<T>(answer: Promise<T>): Promise<T | { fault: PhotoFault; requestId: string }> {
  try {
    return await answer;
  } catch (error) {
    const name = errorName(error);
    if (!PHOTO_ERRORS.includes(name)) throw error;
    return {
      fault: name === 'InvalidParameterException' ? 'no_face' : 'unreadable',
      requestId: requestId(error as Output),
    };
  }
}

function requestId({ $metadata }: Output): string {
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
function faceDetail(detail: RekognitionFaceDetail, image: ImageRef): FaceDetail {
  const unknown = Number.NaN;
  const attribute = (
    given: { Value?: boolean | undefined; Confidence?: number | undefined } | undefined,
  ) => ({
    value: given?.Value ?? false,
    confidence: given?.Confidence ?? unknown,
  });
  return {
    confidence: detail.Confidence ?? 0,
    width: (detail.BoundingBox?.Width ?? 0) * image.width,
    height: (detail.BoundingBox?.Height ?? 0) * image.height,
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
