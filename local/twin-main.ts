import { PORTS } from './ports.js';
import { startTwin } from './twin.js';

/**
 * The twin as a process of its own (the Docker target `twin`). Takes from the environment: IDV_DYNAMODB_PORT, IDV_S3_PORT,
 * IDV_REKOGNITION_PORT, IDV_TEXTRACT_PORT, IDV_TWIN_CONTROL_PORT (0: any), IDV_TWIN_DATA_DIR (default `.idv/twin`),
 * IDV_TWIN_HOST, IDV_TWIN_WORKERS, IDV_TWIN_ACCESS_KEY_ID with IDV_TWIN_SECRET_ACCESS_KEY. Prints one line of JSON when it is ready:
 * `{"ready":true,"endpoints":{...}}`. SIGTERM and SIGINT end it cleanly.
 */
async function main(env: NodeJS.ProcessEnv): Promise<void> {
  const {
    IDV_TWIN_HOST: host,
    IDV_TWIN_WORKERS: workers,
    IDV_TWIN_ACCESS_KEY_ID: accessKeyId,
    IDV_TWIN_SECRET_ACCESS_KEY: secretAccessKey,
  } = env;
  if (!accessKeyId !== !secretAccessKey) {
    throw new Error('Set IDV_TWIN_ACCESS_KEY_ID and IDV_TWIN_SECRET_ACCESS_KEY both, or neither.');
  }
  const twin = await startTwin({
    dataDir: env.IDV_TWIN_DATA_DIR || '.idv/twin',
    ports: {
      dynamodb: portFrom(env, 'dynamodb'),
      s3: portFrom(env, 's3'),
      rekognition: portFrom(env, 'rekognition'),
      textract: portFrom(env, 'textract'),
      control: portFrom(env, 'twinControl'),
    },
    ...(host && { host }),
    ...(workers && { rekognition: { workers: number('IDV_TWIN_WORKERS', workers, 1, 64) } }),
    ...(accessKeyId && secretAccessKey && { credentials: { accessKeyId, secretAccessKey } }),
  });
  const stop = () => {
    twin.close().then(
      () => process.exit(0),
      (error: unknown) => fail(error),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  console.log(JSON.stringify({ ready: true, endpoints: twin.endpoints }));
}

type TwinPort = 'dynamodb' | 's3' | 'rekognition' | 'textract' | 'twinControl';

function portFrom(env: NodeJS.ProcessEnv, name: TwinPort): number {
  const { variable, fallback } = PORTS[name];
  return env[variable] ? number(variable, env[variable], 0, 65_535) : fallback;
}

function number(variable: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${variable} is "${text}"; it must be a whole number from ${min} to ${max}.`);
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

main(process.env).catch(fail);
