import { errorName } from '../to-failure.js';
import { call } from './call.js';
import type { Probe } from './probe.js';

/** What the probed call lacks; a call that met nothing to work on says nothing of permissions. */
const NOT_THERE = ['NoSuchBucket', 'NoSuchKey', 'ResourceNotFoundException'];

export type Finding = { allowed: true } | { allowed: false | undefined; why: string };

/** Runs a probe; `allowed` is undefined where that cannot be told, because something is not there yet. */
export async function tryProbe({ action, resource, run, answers = [] }: Probe): Promise<Finding> {
  try {
    await call(action, resource, run);
    return { allowed: true };
  } catch (error) {
    const name = errorName(error);
    if (answers.includes(name)) return { allowed: true };
    const why = error instanceof Error && error.message !== '' ? error.message : name;
    if (NOT_THERE.includes(name))
      return { allowed: undefined, why: 'cannot be told before all of the above is there' };
    if (name === 'NotAllowed') return { allowed: false, why };
    if (name === 'InvalidS3ObjectException') {
      return {
        allowed: false,
        why: 'Rekognition cannot read the bucket: grant s3:GetObject (and kms:Decrypt on IDV_KMS_KEY), or set IDV_REKOGNITION_REGION if the bucket is elsewhere',
      };
    }
    return { allowed: false, why: `${name}: ${why}` };
  }
}
