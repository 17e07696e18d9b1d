import {
  type NativeConnection,
  Worker,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import type { Batch } from '../activities/batch.js';
import type { Housekeeping } from '../activities/housekeeping.js';
import type { Activities } from '../activities/index.js';
import type { RoleConfig, TemporalConfig } from '../temporal.config.js';
import { observeActivities } from './observe-activities.js';

export interface WorkerParts {
  config: TemporalConfig;
  connection: NativeConnection;
  activities: Activities & Partial<Housekeeping & Batch>;
  workflowBundle: WorkflowBundleOption;
}

/** A worker for one role. A role without workflows needs no sandbox and no cache. */
export function createWorker(role: RoleConfig, parts: WorkerParts): Promise<Worker> {
  return Worker.create(workerOptions(role, parts));
}

function workerOptions(role: RoleConfig, parts: WorkerParts): WorkerOptions {
  const { config, connection, activities, workflowBundle } = parts;
  return {
    connection,
    namespace: config.namespace,
    taskQueue: role.taskQueue,
    activities,
    dataConverter: config.dataConverter,
    interceptors: { activity: [observeActivities] },
    ...(role.workflows ? { workflowBundle, maxCachedWorkflows: config.cachedWorkflows } : {}),
    maxConcurrentActivityTaskExecutions: role.activities,
    ...(role.activitiesPerSecond === undefined
      ? {}
      : { maxTaskQueueActivitiesPerSecond: role.activitiesPerSecond }),
    // Somebody waits for most answers: a workflow whose worker died moves on soon.
    stickyQueueScheduleToStartTimeout: '3s',
    // A cancel comes with the answer to a heartbeat.
    maxHeartbeatThrottleInterval: '2s',
    shutdownGraceTime: config.shutdownGraceMs,
    ...(config.deployment
      ? {
          workerDeploymentOptions: {
            version: { deploymentName: config.deployment.name, buildId: config.deployment.buildId },
            useWorkerVersioning: true,
            defaultVersioningBehavior: 'PINNED',
          },
        }
      : {}),
  };
}
