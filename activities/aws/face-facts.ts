import type {
  BoundingBox,
  CompareFacesResponse,
  FaceDetail,
  IndexFacesResponse,
  SearchFacesByImageResponse,
} from '@aws-sdk/client-rekognition';
import {
  type CallFact,
  type FaceFact,
  MOST_FACES,
  ratio,
  score,
  similaritiesOf,
} from '../../domain/facts.js';

type Found = Partial<CallFact>;

/** Faces as Rekognition describes them, in every operation that does. */
type Described = Pick<FaceDetail, 'BoundingBox' | 'Confidence' | 'Landmarks' | 'Pose' | 'Quality'> &
  Pick<FaceDetail, 'Sunglasses' | 'Eyeglasses' | 'FaceOccluded' | 'EyesOpen'>;

/** Facts of DetectFaces. */
export function detected(faces: readonly Described[] = []): Found {
  return { faces: faces.length, details: faces.slice(0, MOST_FACES).map(faceFact) };
}

/** Facts of CompareFaces: the target's faces, the one most similar to the source first. */
export function compared({ FaceMatches = [], UnmatchedFaces = [] }: CompareFacesResponse): Found {
  const matched = FaceMatches.flatMap(({ Face }) => Face ?? []);
  return {
    ...detected([...matched, ...UnmatchedFaces]),
    threshold: 0,
    similarities: similaritiesOf(FaceMatches.map(({ Similarity = 0 }) => Similarity)),
  };
}

/** Facts of SearchFacesByImage: the face that was searched for, and how similar what was found is. */
export function searched(output: SearchFacesByImageResponse): Found {
  const { FaceMatches = [], SearchedFaceBoundingBox, SearchedFaceConfidence } = output;
  const face: Described = {
    ...(SearchedFaceBoundingBox ? { BoundingBox: SearchedFaceBoundingBox } : {}),
    ...(SearchedFaceConfidence === undefined ? {} : { Confidence: SearchedFaceConfidence }),
  };
  return {
    ...detected(SearchedFaceBoundingBox ? [face] : []),
    hits: FaceMatches.length,
    similarities: similaritiesOf(FaceMatches.map(({ Similarity = 0 }) => Similarity)),
  };
}

/** Facts of IndexFaces: what was indexed, and why the rest was not. */
export function indexed({ FaceRecords = [], UnindexedFaces = [] }: IndexFacesResponse): Found {
  const taken = FaceRecords.flatMap(({ FaceDetail }) => FaceDetail ?? []);
  const left = UnindexedFaces.flatMap(({ FaceDetail }) => FaceDetail ?? []);
  const unindexed = [...new Set(UnindexedFaces.flatMap(({ Reasons = [] }) => Reasons))];
  return {
    ...detected([...taken, ...left]),
    faces: FaceRecords.length + UnindexedFaces.length,
    ...(unindexed.length > 0 ? { unindexed } : {}),
  };
}

function faceFact(face: Described): FaceFact {
  const { BoundingBox: box, Confidence, Landmarks = [], Pose: pose, Quality: quality } = face;
  const likelihoods = {
    ...likelihood('sunglasses', face.Sunglasses),
    ...likelihood('eyeglasses', face.Eyeglasses),
    ...likelihood('occluded', face.FaceOccluded),
    ...likelihood('eyesOpen', face.EyesOpen),
  };
  return {
    ...(box ? { box: boxOf(box) } : {}),
    ...(Confidence === undefined ? {} : { confidence: score(Confidence) }),
    ...(Landmarks.length > 0
      ? {
          landmarks: Object.fromEntries(Landmarks.map(({ Type, X = 0, Y = 0 }) => [Type, [X, Y].map(ratio)])),
        }
      : {}),
    ...(pose ? { pose: scores({ yaw: pose.Yaw, pitch: pose.Pitch, roll: pose.Roll }) } : {}),
    ...(quality ? { quality: scores({ brightness: quality.Brightness, sharpness: quality.Sharpness }) } : {}),
    ...(Object.keys(likelihoods).length > 0 ? { likelihoods } : {}),
  };
}

const boxOf = ({ Left = 0, Top = 0, Width = 0, Height = 0 }: BoundingBox) =>
  [Left, Top, Width, Height].map(ratio);

/** What Rekognition left out is left out. */
function scores<Name extends string>(given: Record<Name, number | undefined>): Partial<Record<Name, number>> {
  const known = Object.entries<number | undefined>(given).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, score(value)]],
  );
  return Object.fromEntries(known);
}

/** A yes as how sure Rekognition is of it: a confident "no" is near 0. */
function likelihood(
  name: string,
  given: { Value?: boolean | undefined; Confidence?: number | undefined } | undefined,
) {
  if (given?.Value === undefined) return {};
  const { Value, Confidence = 0 } = given;
  return { [name]: score(Value ? Confidence : 100 - Confidence) };
}
