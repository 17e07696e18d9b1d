import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { INCOMING_DAYS, INCOMING_PREFIX } from '../../../domain/photo-keys.js';
import type { AwsSettings } from '../settings.js';
import { bucketArn } from './arns.js';
import { call, unless } from './call.js';
import type { Part } from './part.js';

/** What was deleted or replaced can be brought back for so long. */
const VERSION_DAYS = 30;
/** An upload in parts that stopped is no photo. */
const UPLOAD_DAYS = 7;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
const RULES: readonly LifecycleRule[] = [
  {
    ID: 'idv-incoming',
    Status: 'Enabled',
    Filter: { Prefix: INCOMING_PREFIX },
    Expiration: { Days: INCOMING_DAYS },
  },
  {
    ID: 'idv-versions',
    Status: 'Enabled',
    Filter: { Prefix: '' },
    NoncurrentVersionExpiration: { NoncurrentDays: VERSION_DAYS },
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: UPLOAD_DAYS },
    Expiration: { ExpiredObjectDeleteMarker: true },
  },
];

/** Removes photos that no workflow discarded, and what was deleted or replaced. Rules of others stay. */
export function lifecyclePart(client: S3Client, settings: AwsSettings): Part {
  const Bucket = settings.IDV_BUCKET;
  const read = async () => {
    const answer = call('s3:GetLifecycleConfiguration', bucketArn(settings), () =>
      client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })),
    );
    return (await unless(['NoSuchLifecycleConfiguration'], answer))?.Rules ?? [];
  };
  return {
    name: `bucket ${Bucket}: lifecycle`,
    async missing() {
      const found = await read();
      const lacking = RULES.filter((rule) => !found.some((given) => spelled(given) === spelled(rule)));
      return lacking.length > 0 ? `lacks ${lacking.map(({ ID }) => ID).join(', ')}` : undefined;
    },
    async make() {
      const others = (await read()).filter(({ ID }) => !RULES.some((rule) => rule.ID === ID));
      const command = new PutBucketLifecycleConfigurationCommand({
        Bucket,
        LifecycleConfiguration: { Rules: [...others, ...RULES] },
      });
      await call('s3:PutLifecycleConfiguration', bucketArn(settings), () => client.send(command));
    },
  };
}

/** The same for rules that do the same: S3 gives them back in another form than they were put. */
function spelled(rule: LifecycleRule): string {
  return JSON.stringify([
    rule.ID,
    rule.Status,
    rule.Filter?.Prefix ?? rule.Prefix ?? '',
    rule.Expiration?.Days,
    rule.Expiration?.ExpiredObjectDeleteMarker ?? false,
    rule.NoncurrentVersionExpiration?.NoncurrentDays,
    rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation,
  ]);
}
