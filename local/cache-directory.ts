import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where servers that were built or downloaded are kept: outside the repository, so that a fresh clone finds them.
 * `IDV_CACHE_DIR` wins; otherwise `idv` in the user's cache directory of the operating system.
 */
export function cacheDirectory(env: NodeJS.ProcessEnv = process.env): string {
  if (env.IDV_CACHE_DIR) return env.IDV_CACHE_DIR;
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'idv');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'idv');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'idv', 'Cache');
  return join(homedir(), '.cache', 'idv');
}
