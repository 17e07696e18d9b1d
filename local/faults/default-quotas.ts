import type { ServiceName } from './settings.js';

const groups: readonly (readonly [tps: number, operations: readonly string[]])[] = [
  [100, ['CompareFaces', 'DetectFaces']],
  [
    50,
    [
      'IndexFaces',
      'SearchFaces',
      'SearchFacesByImage',
      'SearchUsers',
      'SearchUsersByImage',
      'ListFaces',
    ].concat(['DetectText', 'DetectLabels', 'DetectModerationLabels']),
  ],
  [25, ['CreateFaceLivenessSession', 'GetFaceLivenessSessionResults', 'StartFaceLivenessSession']],
  [10, ['TagResource', 'UntagResource', 'ListTagsForResource']],
  [5, ['CreateCollection', 'DeleteCollection', 'DescribeCollection', 'ListCollections', 'DeleteFaces']],
  [5, ['AssociateFaces', 'DisassociateFaces', 'CreateUser', 'DeleteUser', 'ListUsers']],
];

const rekognition = new Map(
  groups.flatMap(([tps, operations]) => operations.map((name) => [name, tps] as const)),
);

/** Of AnalyzeID (https://docs.aws.amazon.com/general/latest/gr/textract.html). */
const TEXTRACT_TPS = 5;

/**
 * Transactions a second that a new account has in us-east-1, per operation
 * (https://docs.aws.amazon.com/general/latest/gr/rekognition.html). Null where AWS names none: on-demand DynamoDB and S3.
 * AWS does not publish the size of the burst; the twin's is one second's worth unless `burst` says otherwise.
 */
export function defaultQuota(service: ServiceName, operation: string): number | null {
  if (service === 'textract') return TEXTRACT_TPS;
  return service === 'rekognition' ? (rekognition.get(operation) ?? 5) : null;
}
