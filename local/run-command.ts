import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** How a command ended. `code` is undefined when it could not be started, was stopped or ran out of time. */
export interface CommandResult {
  code: number | undefined;
  stdout: string;
  stderr: string;
  /** One line for a person: what went wrong; undefined when the command succeeded. */
  problem: string | undefined;
}

/** Options of {@link runCommand}; `timeout` is in milliseconds. */
export interface CommandOptions {
  timeout?: number;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  signal?: AbortSignal | undefined;
}

/** Runs a command to its end and collects what it says. Never rejects: see {@link CommandResult.problem}. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const { timeout = 10_000, env = process.env, cwd, signal } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, cwd, signal, timeout, stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ code: undefined, stdout, stderr, problem: error.message }));
    child.on('close', (code, killedBy) => {
      const problem = code === 0 ? undefined : explain(code, killedBy, stderr || stdout, timeout);
      resolve({ code: code ?? undefined, stdout, stderr, problem });
    });
  });
}

function explain(code: number | null, killedBy: string | null, output: string, timeout: number): string {
  if (killedBy) return `was stopped by ${killedBy} (it may take ${timeout / 1000} s)`;
  const last = output.trim().split('\n').at(-1)?.trim();
  return `ended with exit code ${code}${last ? `: ${last}` : ''}`;
}

/** The full path of the executable `name` on the `PATH` of `env`, or undefined. */
export function findOnPath(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', '.bat'] : [''];
  return (env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .flatMap((directory) => suffixes.map((suffix) => join(directory, name + suffix)))
    .find(isExecutable);
}

/** Whether `path` is a file that this user may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
