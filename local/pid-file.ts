import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Records in `file` that process `pid` is ours, in a way that survives the reuse of its number. */
export function writePidFile(file: string, pid: number): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ pid, started: startOf(pid) }));
}

/** Removes the record; a missing file is fine. */
export function removePidFile(file: string): void {
  rmSync(file, { force: true });
}

/** The process recorded in `file` if that very process still runs; undefined otherwise. */
export function recordedProcess(file: string): number | undefined {
  try {
    const { pid, started } = JSON.parse(readFileSync(file, 'utf8')) as { pid?: unknown; started?: unknown };
    if (typeof pid !== 'number' || typeof started !== 'string') return undefined;
    return startOf(pid) === started ? pid : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Ends the process recorded in `file`, if it still runs and is the one that was recorded: SIGTERM, after `grace` ms
 * SIGKILL. Answers the pid that was ended, undefined when there was none.
 */
export async function endRecordedProcess(file: string, grace = 10_000): Promise<number | undefined> {
  const pid = recordedProcess(file);
  if (pid !== undefined) {
    const deadline = Date.now() + grace;
    process.kill(pid, 'SIGTERM');
    while (recordedProcess(file) !== undefined) {
      if (Date.now() > deadline) kill(pid);
      await delay(50);
    }
  }
  removePidFile(file);
  return pid;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself in between.
  }
}

/** When `pid` started, in a form that only serves to be compared; undefined when it does not run or cannot be told. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return startOnLinux(pid);
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot (proc(5)); a zombie has ended and only waits to be read. */
function startOnLinux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may contain anything
  const [state, start] = [fields[0], fields[19]];
  return state === 'Z' || state === 'X' ? undefined : start;
}
