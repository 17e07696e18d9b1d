import { setTimeout as delay } from 'node:timers/promises';
import { errorName } from '../to-failure.js';

/** Errors that pass by themselves: throttles, trouble of the service, and changes of the same thing under way. */
const PASSING = new Set([
  'ContinuousBackupsUnavailableException', // of a table made a moment ago
  'InternalServerError',
  'OperationAborted', // S3: "a conflicting conditional operation is in progress"
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'SlowDown',
  'ThrottlingException',
]);
const TRIES = 9;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * Makes a call of `idv setup`; the clients themselves do not repeat anything.
 * @param action as IAM spells it, e.g. `s3:GetLifecycleConfiguration`; often not the name of the operation
 * @param resource the ARN to grant it on
 * @throws Error `NotAllowed` naming what to grant; the SDK's own error otherwise
 */
export async function call<T>(action: string, resource: string, send: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await send();
    } catch (error) {
      if (isDenied(error)) throw notAllowed(error, action, resource);
      if (tried === TRIES || !PASSING.has(errorName(error))) throw error;
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tried - 1));
      await delay(pause * (0.5 + Math.random() / 2));
    }
  }
}

/** The answer, or undefined where AWS answers with one of these errors instead. */
export async function unless<T>(names: readonly string[], answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (names.includes(errorName(error))) return undefined;
    throw error;
  }
}

/** Asks until the answer is yes. @throws Error saying that `what` takes longer than `withinMs` */
export async function until(
  what: string,
  isSo: () => Promise<boolean>,
  withinMs = 10 * 60_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let pause = 25; !(await isSo()); pause = Math.min(2_000, pause * 2)) {
    if (Date.now() > deadline)
      throw new Error(`${what} takes long. It goes on by itself: run setup again later.`);
    await delay(pause);
  }
}

function isDenied(error: unknown): boolean {
  if (['AccessDenied', 'AccessDeniedException'].includes(errorName(error))) return true;
  // HeadBucket has no body, so that its error has no name.
  const status = (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
  return status === 403 && ['403', 'Forbidden', 'UnknownError'].includes(errorName(error));
}

/** AWS names the action it missed where it can; with a KMS key that is one of `kms:`. */
function notAllowed(error: unknown, action: string, resource: string): Error {
  const [, named] = /not authorized to perform: ([\w-]+:\w+)/.exec((error as Error).message) ?? [];
  const missed =
    named && named !== action ? `${named} (for ${action} on ${resource})` : `${action} on ${resource}`;
  const refusal = new Error(`not allowed: grant ${missed}`, { cause: error });
  refusal.name = 'NotAllowed';
  return refusal;
}
