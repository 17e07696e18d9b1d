import { runCommand } from '../run-command.js';

/** Update-with-Start is generally available from this server release on. */
const OLDEST_SERVER = [1, 28] as const;

/** Why the Temporal CLI at `path` cannot be used, in words that follow its path; undefined when it can. */
export async function checkCli(path: string): Promise<string | undefined> {
  const { stdout, problem } = await runCommand(path, ['--version']);
  if (problem) return `--version ${problem}`;
  const version = /Server (\d+)\.(\d+)/.exec(stdout);
  if (!version) return `does not say which server it contains: ${stdout.trim()}`;
  const [major, minor] = [Number(version[1]), Number(version[2])];
  const [oldestMajor, oldestMinor] = OLDEST_SERVER;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return undefined;
  return `contains server ${major}.${minor}, and ${OLDEST_SERVER.join('.')} or later is needed`;
}
