import {
  CompareFacesCommand,
  CreateFaceLivenessSessionCommand,
  DeleteFacesCommand,
  DescribeCollectionCommand,
  DetectFacesCommand,
  GetFaceLivenessSessionResultsCommand,
  IndexFacesCommand,
  ListFacesCommand,
  type RekognitionClient,
  SearchFacesByImageCommand,
  SearchFacesCommand,
} from '@aws-sdk/client-rekognition';
import type { AwsSettings } from '../settings.js';
import { collectionArn } from './arns.js';
import { type Probe, RESERVED } from './probe.js';

const NO_FACE_ID = '00000000-0000-0000-0000-000000000000';
const NO_PHOTO = { Bytes: new TextEncoder().encode('no photo') };

/** What Rekognition says of something that is no photo, to those who may ask. */
const NOT_A_PHOTO = ['InvalidImageFormatException', 'InvalidParameterException'];

/**
 * Rekognition without a photo: nothing can be found or indexed.
 * @param photo key of an object that is there and holds no photo
 */
export function rekognitionProbes(
  client: RekognitionClient,
  settings: AwsSettings,
  { collection, photo }: { collection: string; photo: string },
): Probe[] {
  const elsewhere = (settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION) !== settings.AWS_REGION;
  const Bucket = settings.IDV_BUCKET;
  const resource = collectionArn(settings, collection);
  return [
    {
      action: 'rekognition:DetectFaces',
      resource: '*',
      // Rekognition reads the object as the caller: this also shows that it may, and that the regions agree.
      run: () =>
        client.send(
          new DetectFacesCommand({ Image: elsewhere ? NO_PHOTO : { S3Object: { Bucket, Name: photo } } }),
        ),
      answers: NOT_A_PHOTO,
    },
    {
      action: 'rekognition:CompareFaces',
      resource: '*',
      run: () => client.send(new CompareFacesCommand({ SourceImage: NO_PHOTO, TargetImage: NO_PHOTO })),
      answers: NOT_A_PHOTO,
    },
    {
      action: 'rekognition:CreateFaceLivenessSession',
      resource: '*',
      // Nobody ever stands before it; gone after three minutes, and a repeat is the same one.
      run: () => client.send(new CreateFaceLivenessSessionCommand({ ClientRequestToken: `idv${RESERVED}` })),
    },
    {
      action: 'rekognition:GetFaceLivenessSessionResults',
      resource: '*',
      run: () => client.send(new GetFaceLivenessSessionResultsCommand({ SessionId: NO_FACE_ID })),
      answers: ['SessionNotFoundException'],
    },
    {
      action: 'rekognition:SearchFacesByImage',
      resource,
      run: () => client.send(new SearchFacesByImageCommand({ CollectionId: collection, Image: NO_PHOTO })),
      answers: NOT_A_PHOTO,
    },
    {
      action: 'rekognition:SearchFaces',
      resource,
      run: () => client.send(new SearchFacesCommand({ CollectionId: collection, FaceId: NO_FACE_ID })),
      answers: ['InvalidParameterException'],
    },
    {
      action: 'rekognition:DescribeCollection',
      resource,
      run: () => client.send(new DescribeCollectionCommand({ CollectionId: collection })),
    },
    {
      action: 'rekognition:ListFaces',
      resource,
      run: () => client.send(new ListFacesCommand({ CollectionId: collection, MaxResults: 1 })),
    },
    {
      action: 'rekognition:IndexFaces',
      resource,
      run: () => {
        const Image = { S3Object: { Bucket, Name: `${photo}-absent` } }; // cannot be indexed, whatever answers
        return client.send(
          new IndexFacesCommand({ CollectionId: collection, Image, ExternalImageId: RESERVED, MaxFaces: 1 }),
        );
      },
      answers: ['InvalidS3ObjectException', ...NOT_A_PHOTO],
    },
    {
      action: 'rekognition:DeleteFaces',
      resource,
      run: () => client.send(new DeleteFacesCommand({ CollectionId: collection, FaceIds: [NO_FACE_ID] })),
      answers: ['InvalidParameterException'],
    },
  ];
}
