import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { stateDirectory } from './project-root.js';

const fileOf = (stateDir: string) => join(stateDir, 'run', 'environment.json');

/** Prefixes of what an installation is configured by. */
const OWN = /^(IDV_|AWS_|TEMPORAL_)/;

/** Lets operators' commands find the product that `npm start` runs. @returns what takes it back */
export function announceInstallation(stateDir: string, environment: NodeJS.ProcessEnv): () => void {
  const file = fileOf(stateDir);
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => OWN.test(name)));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(own), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/**
 * The environment of an operator's command: what is set, and in a checkout where nothing is, that of the product which
 * `npm start` runs.
 * @param names variables the command cannot do without
 */
export function installation(environment: NodeJS.ProcessEnv, names: readonly string[]): NodeJS.ProcessEnv {
  if (names.some((name) => environment[name])) return environment;
  let text: string;
  try {
    text = readFileSync(fileOf(stateDirectory(environment)), 'utf8');
  } catch {
    return environment; // none runs here: the command says what it misses
  }
  return { ...environment, ...(JSON.parse(text) as NodeJS.ProcessEnv) };
}
