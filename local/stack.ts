import { join } from 'node:path';
import { keepRunning } from './keep-running.js';
import type { Ports } from './ports.js';
import type { Log } from './progress.js';
import { startDevServer } from './temporal/dev-server.js';
import { findDevServer } from './temporal/find-dev-server.js';
import { startTwin, type Twin } from './twin.js';

/** How the embedded stack is started. */
export interface StackOptions {
  /** Where everything is kept over a restart. */
  stateDir: string;
  ports: Ports;
  env: NodeJS.ProcessEnv;
  log: Log;
  signal?: AbortSignal;
}

/** The embedded stack while it runs. */
export interface Stack {
  temporal: { address: string; namespace: string; uiUrl: string | undefined };
  twin: Pick<Twin, 'endpoints'>;
  /** What a process of the service must find in its environment to use the stack. */
  environment: Record<string, string>;
  close: () => Promise<void>;
}

const REGION = 'us-east-1';

/**
 * Starts what a production installation has from elsewhere: a Temporal server with its UI, or the one that
 * `TEMPORAL_ADDRESS` names, and the twin of the AWS services. The server is started again if it dies.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const twin = await startTwin({
    dataDir: join(options.stateDir, 'twin'),
    ports: {
      dynamodb: options.ports.dynamodb,
      s3: options.ports.s3,
      rekognition: options.ports.rekognition,
      textract: options.ports.textract,
      control: options.ports.twinControl,
    },
  });
  try {
    const temporal = await startTemporal(options);
    return {
      temporal,
      twin,
      environment: {
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: temporal.namespace,
        AWS_ACCESS_KEY_ID: twin.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: twin.credentials.secretAccessKey,
        AWS_REGION: REGION,
        AWS_ENDPOINT_URL_DYNAMODB: twin.endpoints.dynamodb,
        AWS_ENDPOINT_URL_S3: twin.endpoints.s3,
        AWS_ENDPOINT_URL_REKOGNITION: twin.endpoints.rekognition,
        AWS_ENDPOINT_URL_TEXTRACT: twin.endpoints.textract,
        AWS_EC2_METADATA_DISABLED: 'true',
        IDV_ALLOW_STAND_INS: 'true', // nobody is verified here
      },
      close: async () => {
        await temporal.close();
        await twin.close();
      },
    };
  } catch (error) {
    await twin.close();
    throw error;
  }
}

async function startTemporal({ stateDir, ports, env, log, signal }: StackOptions) {
  const namespace = env.TEMPORAL_NAMESPACE || 'default';
  const source = await findDevServer({ env, log, signal });
  if (source.kind === 'address') {
    return { address: source.address, namespace, uiUrl: undefined, close: async () => {} };
  }
  const server = await keepRunning(
    'The Temporal server',
    () =>
      startDevServer({
        program: source.path,
        dbFile: join(stateDir, 'temporal', 'temporal.db'),
        pidFile: join(stateDir, 'run', 'temporal.pid'),
        port: ports.temporal,
        uiPort: ports.temporalUi,
        namespace,
        searchAttributes: {}, // `idv setup` registers them, here as on any other server
        codecEndpoint: `http://127.0.0.1:${ports.codec}`,
        log,
      }),
    log,
  );
  const { address, uiUrl } = server.current();
  return { address, namespace, uiUrl, close: server.close };
}
