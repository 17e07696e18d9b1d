import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The directory of the package, from the sources as well as from `dist/`. */
export function projectRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    if (dirname(directory) === directory)
      throw new Error('No package.json above this program: install it anew.');
    directory = dirname(directory);
  }
  return directory;
}

/** Where the embedded stack keeps everything: `IDV_STATE_DIR`, or `.idv` in the package. */
export function stateDirectory(env: NodeJS.ProcessEnv): string {
  return resolve(env.IDV_STATE_DIR || join(projectRoot(), '.idv'));
}
