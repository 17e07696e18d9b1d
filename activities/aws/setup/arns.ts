import type { AwsSettings } from '../settings.js';

type Where = Pick<AwsSettings, 'AWS_REGION' | 'IDV_REKOGNITION_REGION'>;

/** ARNs as an IAM policy may name them; `*` stands for the account, which the service has no need to know. */
export function tableArn({ AWS_REGION, IDV_TABLE }: Where & Pick<AwsSettings, 'IDV_TABLE'>): string {
  return `arn:${partition(AWS_REGION)}:dynamodb:${AWS_REGION}:*:table/${IDV_TABLE}`;
}

export function bucketArn({ AWS_REGION, IDV_BUCKET }: Where & Pick<AwsSettings, 'IDV_BUCKET'>): string {
  return `arn:${partition(AWS_REGION)}:s3:::${IDV_BUCKET}`;
}

export function collectionArn(settings: Where, collection: string): string {
  const region = settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION;
  return `arn:${partition(region)}:rekognition:${region}:*:collection/${collection}`;
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partition(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
