/** Workflows, local activities, S3 and DynamoDB. */
export const IDENTITY_QUEUE = 'identity';
/** Interactive writes to Rekognition. A queue of their own: eager dispatch would bypass its rate limit. */
export const REKOGNITION_QUEUE = 'identity-rekognition';
/** The batch index. */
export const INDEX_QUEUE = 'identity-index';
