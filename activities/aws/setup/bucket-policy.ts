import { GetBucketPolicyCommand, PutBucketPolicyCommand, type S3Client } from '@aws-sdk/client-s3';
import type { AwsSettings } from '../settings.js';
import { bucketArn } from './arns.js';
import { call, unless } from './call.js';
import type { Part } from './part.js';

interface Statement {
  Sid?: string;
  Effect?: string;
  Condition?: { Bool?: Record<string, unknown> };
}

const SID = 'IdvTlsOnly';

/** Whitepaper, "Data protection in Amazon Rekognition" 2: TLS. Statements of others stay. */
export function tlsOnlyPart(client: S3Client, settings: AwsSettings): Part {
  const Bucket = settings.IDV_BUCKET;
  const arn = bucketArn(settings);
  const read = async (): Promise<{ Version?: string; Statement?: Statement | Statement[] }> => {
    const answer = call('s3:GetBucketPolicy', arn, () => client.send(new GetBucketPolicyCommand({ Bucket })));
    return JSON.parse((await unless(['NoSuchBucketPolicy'], answer))?.Policy ?? '{}');
  };
  return {
    name: `bucket ${Bucket}: TLS only`,
    async missing() {
      const { Statement: statements = [] } = await read();
      return [statements].flat().some(deniesPlainText) ? undefined : 'is allowed without TLS';
    },
    async make() {
      const policy = await read();
      const others = [policy.Statement ?? []].flat().filter(({ Sid }) => Sid !== SID);
      const statement = {
        Sid: SID,
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      };
      const Policy = JSON.stringify({ Version: '2012-10-17', ...policy, Statement: [...others, statement] });
      await call('s3:PutBucketPolicy', arn, () =>
        client.send(new PutBucketPolicyCommand({ Bucket, Policy })),
      );
    },
  };
}

function deniesPlainText({ Effect, Condition }: Statement): boolean {
  return Effect === 'Deny' && String(Condition?.Bool?.['aws:SecureTransport']) === 'false';
}
