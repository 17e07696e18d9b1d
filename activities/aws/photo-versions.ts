import {
  DeleteObjectsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { PhotoVersions } from '../ports/photo-versions.js';
import { observed } from './observe.js';
import { toFailure } from './to-failure.js';

/** Versions of objects in Amazon S3; in a bucket that keeps none, what is there has the version "null". */
export function createPhotoVersions(client: S3Client, bucket: string): PhotoVersions {
  async function remove(objects: readonly { Key: string; VersionId: string }[]): Promise<void> {
    if (objects.length === 0) return;
    const Delete = { Objects: [...objects], Quiet: true };
    const command = new DeleteObjectsCommand({ Bucket: bucket, Delete });
    const { Errors } = await observed('s3', 'DeleteObjects', (options) => client.send(command, options));
    const [failed] = Errors ?? [];
    if (failed) throw toFailure('DeleteObjects', Object.assign(new Error(), { name: failed.Code }));
  }

  return {
    bucket,

    async erase(prefix, { except, exact, progress } = {}) {
      let erased = 0;
      let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        // A page has 1,000 entries at most, and so has a deletion (S3 API reference).
        const command = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, ...marker });
        const page = await observed('s3', 'ListObjectVersions', (options) => client.send(command, options));
        const found = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(
          ({ Key, VersionId }) =>
            Key && VersionId && Key !== except && (!exact || Key === prefix) ? [{ Key, VersionId }] : [],
        );
        await remove(found);
        erased += found.length;
        progress?.(erased);
        if (!page.IsTruncated) return erased;
        marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
    },

    async list(prefix, { limit, token }) {
      const command = new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: limit,
        ContinuationToken: token,
      });
      const page = await observed('s3', 'ListObjectsV2', (options) => client.send(command, options));
      return {
        photos: (page.Contents ?? []).flatMap(({ Key, LastModified }) =>
          Key ? [{ key: Key, modifiedAt: LastModified?.getTime() ?? 0 }] : [],
        ),
        ...(page.NextContinuationToken ? { token: page.NextContinuationToken } : {}),
      };
    },
  };
}
