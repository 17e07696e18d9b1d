import type { Part } from '../../activities/aws/setup/part.js';
import type { Probe } from '../../activities/aws/setup/probe.js';
import { tryProbe } from '../../activities/aws/setup/try-probe.js';

type Print = (line: string) => void;

/**
 * Makes what is missing, part by part, with a line each; goes on after a part that fails, for the others may be fine.
 * Several may run at once: a part that somebody else made in the meantime is made.
 * @returns whether everything is there now
 */
export async function runSetup(parts: readonly Part[], print: Print): Promise<boolean> {
  let complete = true;
  for (const part of parts) {
    try {
      const missing = await part.missing();
      if (missing !== undefined) await make(part);
      print(line(missing === undefined ? 'ok' : 'made', part.name));
    } catch (error) {
      complete = false;
      print(line('failed', part.name, reasonOf(error)));
    }
  }
  return complete;
}

async function make(part: Part): Promise<void> {
  let failure: unknown;
  try {
    await part.make();
  } catch (error) {
    failure = error;
  }
  const missing = await part.missing();
  if (missing === undefined) return;
  throw failure ?? new Error(`${missing}, although it was made: run setup again`);
}

/**
 * Makes nothing: a line for every part that says what is missing or differs, and for every action that says whether
 * the credentials in use may do it.
 * @returns whether everything is there and allowed
 */
export async function checkSetup(
  parts: readonly Part[],
  probes: readonly Probe[],
  print: Print,
): Promise<boolean> {
  let complete = true;
  const tell = (label: string, name: string, detail?: string) => {
    complete &&= label === 'ok';
    print(line(label, name, detail));
  };
  for (const part of parts) {
    try {
      const missing = await part.missing();
      tell(missing === undefined ? 'ok' : 'missing', part.name, missing);
    } catch (error) {
      tell('failed', part.name, reasonOf(error));
    }
  }
  for (const probe of probes) {
    const finding = await tryProbe(probe);
    const name = `${probe.action} ${probe.resource.split(':').at(-1)}`;
    if (finding.allowed) tell('ok', name);
    else tell(finding.allowed === undefined ? 'unknown' : 'failed', name, finding.why);
  }
  return complete;
}

function line(label: string, name: string, detail?: string): string {
  return `${label.padEnd(8)}${name}${detail === undefined ? '' : `: ${detail}`}`;
}

/** Errors of sockets sometimes have a code only. */
function reasonOf(error: unknown): string {
  const { message, code, name } = error as NodeJS.ErrnoException;
  return message || code || name || String(error);
}
