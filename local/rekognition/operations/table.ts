import { createCollection, deleteCollection, describeCollection, listCollections } from './collections.js';
import { compareFaces } from './compare-faces.js';
import { createFaceLivenessSession } from './create-face-liveness-session.js';
import { detectFaces } from './detect-faces.js';
import { detectText } from './detect-text.js';
import { deleteFaces, listFaces } from './face-lists.js';
import { getFaceLivenessSessionResults } from './get-face-liveness-session-results.js';
import { indexFaces } from './index-faces.js';
import type { Operation } from './operation.js';
import { searchFaces, searchFacesByImage } from './search-faces.js';
import { listTagsForResource, tagResource, untagResource } from './tags.js';

/** What the twin can do, by the name in X-Amz-Target. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({
    CompareFaces: compareFaces,
    CreateCollection: createCollection,
    CreateFaceLivenessSession: createFaceLivenessSession,
    DeleteCollection: deleteCollection,
    DeleteFaces: deleteFaces,
    DescribeCollection: describeCollection,
    DetectFaces: detectFaces,
    DetectText: detectText,
    GetFaceLivenessSessionResults: getFaceLivenessSessionResults,
    IndexFaces: indexFaces,
    ListCollections: listCollections,
    ListFaces: listFaces,
    ListTagsForResource: listTagsForResource,
    SearchFaces: searchFaces,
    SearchFacesByImage: searchFacesByImage,
    TagResource: tagResource,
    UntagResource: untagResource,
  }),
);
