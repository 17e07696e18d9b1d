import type { S3Client } from '@aws-sdk/client-s3';
import { type Differences, register } from './check.js';
import { browserChecks } from './s3-browser.js';
import { bucketChecks } from './s3-buckets.js';
import { listingChecks } from './s3-listing.js';
import { multipartChecks } from './s3-multipart.js';
import { objectChecks } from './s3-objects.js';
import { versionChecks } from './s3-versions.js';

/** What the product and its operators use of S3, as tests against whatever `getClient` talks to. */
export function s3Contract(getClient: () => S3Client, differences?: Differences): void {
  register(
    [
      ...bucketChecks,
      ...objectChecks,
      ...listingChecks,
      ...versionChecks,
      ...multipartChecks,
      ...browserChecks,
    ],
    getClient,
    differences,
  );
}
