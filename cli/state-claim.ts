import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { endRecordedProcess, recordedProcess, removePidFile, writePidFile } from '../local/pid-file.js';
import { type PortName, type Ports, takenPorts } from '../local/ports.js';
import type { Log } from '../local/progress.js';

/**
 * Makes this process the only one that works on `stateDir`, ends what a start that was killed left behind, and sees
 * that the ports are free. Answers how to give the directory back. Throws when another start works on it or a port is
 * taken.
 */
export async function claimState(stateDir: string, ports: Ports, log: Log): Promise<() => Promise<void>> {
  const own = join(stateDir, 'start.pid');
  const other = recordedProcess(own);
  if (other !== undefined) {
    throw new Error(
      `Process ${other} runs already on ${stateDir}. Stop it (Ctrl-C there, or \`kill ${other}\`), or set IDV_STATE_DIR.`,
    );
  }
  writePidFile(own, process.pid);
  try {
    for (const file of pidFiles(stateDir)) {
      const ended = await endRecordedProcess(file);
      if (ended) log(`Ended process ${ended}, left behind by an earlier start.`);
    }
    const external: PortName[] = process.env.TEMPORAL_ADDRESS ? ['temporal', 'temporalUi'] : [];
    const needed = (Object.keys(ports) as PortName[]).filter((name) => !external.includes(name));
    const taken = await takenPorts(ports, needed);
    if (taken.length > 0) throw new Error(taken.join('\n'));
  } catch (error) {
    removePidFile(own);
    throw error;
  }
  return async () => removePidFile(own);
}

/** Where the processes of a start are recorded. */
export function pidFileOf(stateDir: string, name: string): string {
  return join(stateDir, 'run', `${name}.pid`);
}

function pidFiles(stateDir: string): string[] {
  const directory = join(stateDir, 'run');
  mkdirSync(directory, { recursive: true });
  return readdirSync(directory)
    .filter((name) => name.endsWith('.pid'))
    .map((name) => join(directory, name));
}
