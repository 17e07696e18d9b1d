import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';

/**
 * A tiny process beside ours that ends our children when we die without a word (kill -9, out of memory). It reads
 * `+pid` and `-pid` from us, and the end of that stream, however it comes about, tells it that we are gone.
 */
const GUARDIAN = `
const watched = new Set();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
const end = (signal) => {
  for (const pid of watched) {
    try { process.kill(pid, signal); } catch { watched.delete(pid); }
  }
  if (watched.size === 0) process.exit();
};
require('node:readline')
  .createInterface({ input: process.stdin })
  .on('line', (line) => watched[line[0] === '+' ? 'add' : 'delete'](Number(line.slice(1))))
  .on('close', () => {
    end('SIGTERM');
    setInterval(() => end(0), 100);
    setTimeout(() => end('SIGKILL'), 5000);
  });
`;

let guardian: ChildProcess | undefined;

/**
 * Starts a child that does not outlive us, however we end. It has a process group of its own, so that Ctrl-C in a
 * terminal reaches only us and we end the children in order.
 */
export function spawnGuarded(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, args, { ...options, detached: true });
  const { pid } = child;
  if (pid === undefined) return child;
  tellGuardian(`+${pid}`);
  child.once('exit', () => tellGuardian(`-${pid}`));
  return child;
}

function tellGuardian(line: string): void {
  if (!guardian) {
    guardian = spawn(process.execPath, ['-e', GUARDIAN], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    guardian.once('error', () => {}); // without it the children run all the same
    guardian.stdin?.once('error', () => {});
    guardian.unref();
    // An idle pipe must not keep us alive; Node's typings know only that it is a Writable.
    (guardian.stdin as { unref?: () => void } | null)?.unref?.();
  }
  guardian.stdin?.write(`${line}\n`);
}

/** Asks `child` to end (SIGTERM), insists after `grace` ms (SIGKILL), and resolves when it has ended. */
export async function stopProcess(child: ChildProcess, grace = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), grace);
  await ended;
  clearTimeout(timer);
}

/** Resolves when `child` has ended and said its last, or could not be started, with how, in words after its name. */
export function howItEnds(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('close', (code, signal) =>
      resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`),
    );
    child.once('error', (error) => resolve(`could not be started: ${error.message}`));
  });
}
