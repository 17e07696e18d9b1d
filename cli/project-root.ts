import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

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
