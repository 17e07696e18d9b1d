import { z } from 'zod';

/** Where data lives and where faces are analysed. */
export const places = {
  AWS_REGION: z.string().min(1).default('us-east-1'),
  /** If not `AWS_REGION`; photos are then sent as bytes (whitepaper, "batch index" 2). */
  IDV_REKOGNITION_REGION: z.string().min(1).optional(),
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
  IDV_BUCKET: z
    .string()
    .regex(/^[a-z0-9.-]{3,63}$/, 'must be the name of a bucket: 3 to 63 of a-z, 0-9, "." and "-"')
    .default('idv-photos'),
};
