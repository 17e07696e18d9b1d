import express, { type Express } from 'express';
import type { Ports } from '../activities/ports.js';
import type { Policy } from '../domain/policy.js';
import { answerProblems, noSuchRoute } from './answer-problems.js';
import { authenticate } from './authenticate.js';
import { createBatchJobs } from './batch-jobs.js';
import { pricesOf, quotasOf } from './batch-limits.js';
import { createBatchPlans } from './batch-plans.js';
import type { Flows } from './flows.js';
import { createIdentities } from './identities.js';
import { imageLimits } from './images/image-limits.js';
import { observeRequests } from './observe-requests.js';
import { createPhotoIntake } from './photos.js';
import { findPolicy } from './policies.js';
import { problems } from './problem.js';
import { batchJobs } from './routes/batch-jobs.js';
import { erasures } from './routes/erasures.js';
import { health } from './routes/health.js';
import { policyRoutes } from './routes/policies.js';
import { users } from './routes/users.js';
import { verificationSessions } from './routes/verification-sessions.js';
import { createSessions } from './sessions.js';
import type { ApiSettings } from './settings.js';

export interface AppDeps {
  settings: ApiSettings;
  flows: Flows;
  ports: Pick<Ports, 'sessions' | 'users' | 'photos' | 'erasures' | 'events' | 'batches' | 'archive'>;
  policies: ReadonlyMap<string, Policy>;
  /** Services that a stand-in imitates (`activities/aws/stand-ins.ts`); none where absent. */
  standIns?: readonly string[];
}

/** The most Rekognition takes inline, https://docs.aws.amazon.com/rekognition/latest/dg/limits.html */
const INLINE_BYTES = 5_000_000;

/** Photos go to Rekognition as bytes where it cannot read the bucket; what is stored must then fit. */
const sendsBytes = ({ AWS_REGION, IDV_REKOGNITION_REGION = AWS_REGION }: ApiSettings) =>
  IDV_REKOGNITION_REGION !== AWS_REGION;

/** A session id that no session has: reading it proves that the table answers. */
const NOBODY = 'vs_aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** The HTTP API. Never listens: `server.ts` does, and tests call it in process. */
export function createApp({ settings, flows, ports, policies, standIns = [] }: AppDeps): Express {
  const identities = createIdentities({
    pseudonym: settings.IDV_PSEUDONYM_KEY,
    idempotency: settings.IDV_IDEMPOTENCY_SECRET,
  });
  const intake = createPhotoIntake(ports.photos, {
    bucket: settings.IDV_BUCKET,
    sourceBuckets: settings.IDV_SOURCE_BUCKETS,
    maxBytes: sendsBytes(settings) ? INLINE_BYTES : imageLimits.maxStoredBytes,
  });
  const policy = (name: string | undefined) => {
    const found = findPolicy(policies, name);
    if (found) return found;
    throw problems.policyNotFound();
  };
  const sessions = createSessions({ flows, identities, intake, ports, policy });
  const [quotas, prices] = [quotasOf(settings), pricesOf(settings)];
  const jobs = createBatchJobs({
    ...{ flows, identities, policy, quotas, prices },
    batches: ports.batches,
    buckets: { listed: settings.IDV_SOURCE_BUCKETS, own: settings.IDV_BUCKET },
  });
  const plans = createBatchPlans({
    ...{ flows, identities, quotas, prices, specOf: jobs.specOf },
    regions: {
      rekognition: settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION,
      buckets: settings.AWS_REGION,
    },
  });

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.use(observeRequests);
  app.use(
    health(
      {
        temporal: () => flows.ping(),
        dynamodb: () => ports.sessions.read({ account: 'default', mode: 'test' }, NOBODY),
      },
      standIns,
    ),
  );
  app.use('/v1', authenticate(settings.IDV_API_KEYS));
  app.use('/v1', (_request, response, next) => {
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.use(
    '/v1/verification-sessions',
    verificationSessions({
      sessions,
      intake,
      identities,
      ports,
      answerWithinMs: settings.IDV_ANSWER_WITHIN_MS,
      region: settings.IDV_REKOGNITION_REGION ?? settings.AWS_REGION,
    }),
  );
  app.use('/v1/policies', policyRoutes(policies));
  app.use(
    '/v1/batch-jobs',
    batchJobs({ jobs, plans, flows, ports, answerWithinMs: settings.IDV_ANSWER_WITHIN_MS }),
  );
  app.use('/v1/users', users({ ports, flows, identities }));
  app.use('/v1/erasures', erasures(ports.erasures));
  app.use(noSuchRoute);
  app.use(answerProblems);
  return app;
}
