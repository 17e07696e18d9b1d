import type { Attempt } from '../../../activities/batch/attempt.js';
import { indexChunk } from '../../../activities/batch/index-chunk.js';
import { rollbackChunk } from '../../../activities/batch/rollback-chunk.js';
import type { Ports } from '../../../activities/ports.js';
import type { ChunkRequest } from '../../../domain/batch/chunk.js';
import type { BatchSpec } from '../../../domain/batch/job.js';
import type { Tenant } from '../../../domain/session.js';
import { policyWith } from '../../support/session-fixtures.js';
import type { OnTwin } from '../support/on-twin.js';

/** Photos of an archive on the twin, and jobs over them. */
export async function chunkWorld(aws: OnTwin, photos: Readonly<Record<string, Uint8Array>>) {
  const tenant = await aws.tenant();
  const bucket = aws.settings.IDV_BUCKET;
  const prefix = `archive/${tenant.account}/`;
  for (const [name, bytes] of Object.entries(photos))
    await aws.ports.photos.put({ bucket, key: prefix + name }, bytes, 'image/jpeg');
  const spec = (changes: Partial<BatchSpec> = {}): BatchSpec => ({
    source: { kind: 'prefix', bucket, prefix, userId: `${prefix}{user_id}/*` },
    onExisting: 'skip',
    precheck: false,
    duplicates: false,
    rates: {},
    windows: [],
    policy: { name: 'default', version: 1 },
    ...changes,
  });
  const request = (jobId: string, changes: Partial<ChunkRequest> = {}): ChunkRequest => ({
    ...{ tenant, jobId, spec: spec(), policy: policyWith(), chunk: 0, concurrency: 4 },
    range: { kind: 'keys', after: '', through: `${prefix}~` },
    pace: { rates: {}, next: {}, allowed: 1 },
    ...changes,
  });
  const { ports } = aws;
  return {
    ...{ tenant, prefix, bucket, spec, request },
    index: (jobId: string, changes: Partial<ChunkRequest> = {}, attempt: Partial<Attempt> = {}, by = ports) =>
      indexChunk(by, request(jobId, changes), attemptOf(attempt)),
    rollback: (jobId: string) => rollbackChunk(ports, request(jobId), attemptOf()),
    user: (userId: string) => ports.users.read(tenant, ports.subjectOf(tenant, userId)),
    ledger: (jobId: string) => ports.batches.readChunk(tenant, jobId, 0),
    faces: () => facesIn(aws, tenant),
  };
}

export const attemptOf = (changes: Partial<Attempt> = {}): Attempt => ({
  ...{ number: 1, last: undefined, heartbeat: () => undefined },
  stop: new AbortController().signal,
  ...changes,
});

async function facesIn({ ports, collection }: OnTwin, tenant: Tenant): Promise<string[]> {
  const shards = await ports.shardMap.shards(tenant);
  const lists = await Promise.all(
    shards.map(({ id }) => ports.collections.listFaces({ collection: collection(tenant, id), limit: 100 })),
  );
  return lists.flatMap((list) => list?.faces.map(({ faceId }) => faceId) ?? []).sort();
}

/** The same ports, with something around each call; the shard map, which calls nobody, as it is. */
export function watched(ports: Ports, around: (name: string, call: () => unknown) => unknown): Ports {
  const entries = Object.entries(ports).map(([port, methods]) => [
    port,
    port !== 'shardMap' && typeof methods === 'object'
      ? new Proxy(methods as object, {
          get(target, name) {
            const value = Reflect.get(target, name);
            if (typeof value !== 'function') return value;
            return (...args: unknown[]) =>
              around(`${port}.${String(name)}`, () =>
                (value as (...all: unknown[]) => unknown).apply(target, args),
              );
          },
        })
      : methods,
  ]);
  return Object.fromEntries(entries) as Ports;
}
