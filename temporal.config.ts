import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { NativeConnectionOptions } from '@temporalio/worker';
import { z } from 'zod';
import { type Environment, readEnvironment } from './configuration/environment.js';
import { keyList } from './configuration/key-list.js';
import { createEncryptionCodec, type EncryptionKey } from './workers/codec/encryption-codec.js';
import { IDENTITY_QUEUE, INDEX_QUEUE, REKOGNITION_QUEUE } from './workflows/task-queues.js';

/** What a worker process takes on; `all` is every role in one process. */
export type Role = 'all' | 'identity' | 'rekognition' | 'index';

export interface RoleConfig {
  taskQueue: string;
  /** Runs workflows and local activities, beside activities. */
  workflows: boolean;
  /** Activities at once in one process. */
  activities: number;
  /** Activities a second over every worker of the queue; absent: no limit. Keep it the same in all of them. */
  activitiesPerSecond?: number;
}

export interface TemporalConfig {
  connection: NativeConnectionOptions;
  namespace: string;
  /** The roles that one name stands for. */
  roles: Record<Exclude<Role, 'all'>, RoleConfig>;
  /** Present where worker versioning is switched on. */
  deployment?: { name: string; buildId: string };
  /** How long running activities may go on after a worker was told to stop, in milliseconds. */
  shutdownGraceMs: number;
  /** Workflows kept in memory by one process. */
  cachedWorkflows: number;
  encryptionKeys: readonly EncryptionKey[];
  /** The same for clients, workers, bundles, replays and the codec endpoint. */
  dataConverter: DataConverter;
}

const count = z.coerce.number().int().positive();

const schema = z
  .object({
    IDV_ENCRYPTION_KEYS: keyList,
    IDV_DEPLOYMENT_NAME: z.string().min(1).optional(),
    IDV_BUILD_ID: z.string().min(1).optional(),
    IDV_ACTIVITIES: count.default(100),
    IDV_REKOGNITION_ACTIVITIES: count.default(50),
    IDV_REKOGNITION_WRITES_PER_SECOND: z.coerce.number().positive().optional(),
    IDV_INDEX_ACTIVITIES: count.default(8),
    IDV_CACHED_WORKFLOWS: count.default(1_000),
    IDV_SHUTDOWN_GRACE_MS: count.default(30_000),
  })
  .superRefine((settings, context) => {
    const names = ['IDV_DEPLOYMENT_NAME', 'IDV_BUILD_ID'] as const;
    const [missing, ...more] = names.filter((name) => settings[name] === undefined);
    if (!missing || more.length > 0) return;
    const message = `must be set as well: ${names.join(' and ')} together switch worker versioning on. Or set neither`;
    context.addIssue({ code: 'custom', path: [missing], message });
  });

/**
 * Everything Temporal, read once: the connection from the standard `TEMPORAL_*` variables and files, the rest from
 * `IDV_*`.
 * @throws Error naming each variable that is wrong, and why
 */
export function temporalConfig(environment: Environment = process.env): TemporalConfig {
  const settings = readEnvironment(schema, environment);
  const { connectionOptions, namespace } = loadClientConnectConfig({
    overrideEnvVars: Object.fromEntries(
      Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
  });
  const versioned = settings.IDV_DEPLOYMENT_NAME !== undefined && settings.IDV_BUILD_ID !== undefined;
  return {
    connection: connectionOptions,
    namespace: namespace ?? 'default',
    roles: {
      identity: { taskQueue: IDENTITY_QUEUE, workflows: true, activities: settings.IDV_ACTIVITIES },
      rekognition: {
        taskQueue: REKOGNITION_QUEUE,
        workflows: false,
        activities: settings.IDV_REKOGNITION_ACTIVITIES,
        ...(settings.IDV_REKOGNITION_WRITES_PER_SECOND === undefined
          ? {}
          : { activitiesPerSecond: settings.IDV_REKOGNITION_WRITES_PER_SECOND }),
      },
      index: { taskQueue: INDEX_QUEUE, workflows: false, activities: settings.IDV_INDEX_ACTIVITIES },
    },
    ...(versioned
      ? { deployment: { name: String(settings.IDV_DEPLOYMENT_NAME), buildId: String(settings.IDV_BUILD_ID) } }
      : {}),
    shutdownGraceMs: settings.IDV_SHUTDOWN_GRACE_MS,
    cachedWorkflows: settings.IDV_CACHED_WORKFLOWS,
    encryptionKeys: settings.IDV_ENCRYPTION_KEYS,
    dataConverter: dataConverterWith(settings.IDV_ENCRYPTION_KEYS),
  };
}

export function dataConverterWith(keys: readonly EncryptionKey[]): DataConverter {
  return {
    payloadCodecs: [createEncryptionCodec(keys)],
    failureConverterPath: FAILURE_CONVERTER_PATH,
  };
}

/** Of this program as it runs: TypeScript in development, JavaScript once built. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
export const FAILURE_CONVERTER_PATH = fileURLToPath(
  new URL(`./workers/codec/failure-converter.${extension}`, import.meta.url),
);
