import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDirectory } from './project-root.js';

const fileOf = (stateDir: string) => join(stateDir, 'run', 'environment.json');

/** All that operators' commands need to know of a product. Nothing else of a shell is written to disk. */
const NAMES = [
  'IDV_API_URL',
  'IDV_API_KEY',
  'IDV_API_KEYS',
  'IDV_ACCOUNTS',
  'IDV_ENCRYPTION_KEYS',
  'IDV_TABLE',
  'IDV_BUCKET',
  'IDV_COLLECTION_PREFIX',
  'IDV_SHARDS',
  'IDV_REKOGNITION_REGION',
  'AWS_REGION',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_REKOGNITION',
  'AWS_ENDPOINT_URL_TEXTRACT',
  'AWS_EC2_METADATA_DISABLED',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_NAMESPACE',
] as const;

/** Who sets one of these means a product of their own. */
const MEANT = /^(IDV_API_URL|IDV_API_KEY|IDV_ENCRYPTION_KEYS|TEMPORAL_.*)$/;

/** Of the shell, beside `NAMES`: would lead the SDK or Temporal's client elsewhere (a profile, a session token). */
const ELSEWHERE = /^(AWS|TEMPORAL)_/;

/** Lets operators' commands find the product that `npm start` runs. @returns what takes it back */
export function announceInstallation(stateDir: string, environment: NodeJS.ProcessEnv): () => void {
  const file = fileOf(stateDir);
  const known = NAMES.flatMap((name) => (environment[name] ? [[name, environment[name]] as const] : []));
  mkdirSync(dirname(file), { recursive: true });
  rmSync(`${file}.new`, { force: true }); // the mode is that of a new file only
  writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(known)), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return () => forgetInstallation(stateDir);
}

/** Removes what a start that was killed left: its product does not run any more. */
export function forgetInstallation(stateDir: string): void {
  rmSync(fileOf(stateDir), { force: true });
}

/**
 * Makes `environment` that of the product which `npm start` runs in this checkout, and says so; leaves it alone where it names
 * a product already, or none runs. It is changed in place, because the AWS SDK reads the process's own.
 * @returns the file that the product was found by
 */
export function adoptInstallation(
  environment: NodeJS.ProcessEnv,
  say: (line: string) => void,
): string | undefined {
  if (Object.keys(environment).some((name) => MEANT.test(name) && environment[name])) return undefined;
  const file = fileOf(stateDirectory(environment));
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined; // none runs here: the command says what it misses
  }
  const found = JSON.parse(text) as NodeJS.ProcessEnv;
  for (const name of Object.keys(environment))
    if (ELSEWHERE.test(name) || NAMES.some((other) => other === name)) delete environment[name];
  Object.assign(environment, found);
  say(`The product that \`npm start\` runs here (${file}): API ${found.IDV_API_URL}`);
  return file;
}
