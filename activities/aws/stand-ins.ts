import { setTimeout as delay } from 'node:timers/promises';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import { failures } from '../../workflows/failures.js';

/** The header by which every answer of a stand-in says so, with the service that it stands in for. */
const HEADER = 'x-idv-stand-in';

/** An endpoint that is there answers at once; one that is being started beside us, soon. */
const PROBE_MS = 2_000;
const PROBES = 5;
const PAUSE_MS = 2_000;

const schema = z.object({
  /** `true`: a production process may run against stand-ins, as in a demonstration. */
  IDV_ALLOW_STAND_INS: z.stringbool().default(false),
});

/**
 * Whether answers of stand-ins may be believed: in development always, in production (`NODE_ENV`) only where
 * `IDV_ALLOW_STAND_INS` says so.
 * @throws Error naming the variable when it is wrong
 */
export function mayStandIn(environment: Environment = process.env): boolean {
  const { IDV_ALLOW_STAND_INS: allowed } = readEnvironment(schema, environment);
  return allowed || environment.NODE_ENV !== 'production';
}

/**
 * Asks the Rekognition endpoint, where it is not AWS's own, whether it is a stand-in.
 * @param pauseMs between two tries to reach it, in production
 * @returns the services that are stood in for
 * @throws Error in production, when one is, or cannot be told; the message says what to do
 */
export async function findStandIns(
  environment: Environment = process.env,
  pauseMs = PAUSE_MS,
): Promise<readonly string[]> {
  const endpoint = environment.AWS_ENDPOINT_URL_REKOGNITION ?? environment.AWS_ENDPOINT_URL;
  if (!endpoint) return [];
  const allowed = mayStandIn(environment);
  const answer = await ask(endpoint, allowed ? 1 : PROBES, pauseMs);
  if (!answer && !allowed) {
    throw new Error(
      `The Rekognition endpoint ${endpoint} does not answer, so it may be a stand-in. Start it first, or unset AWS_ENDPOINT_URL_REKOGNITION to use AWS.`,
    );
  }
  const name = answer?.headers.get(HEADER);
  if (!name) return [];
  if (allowed) return [name];
  throw new Error(
    `The Rekognition endpoint ${endpoint} is a stand-in for development: it would take anybody for a live person. Unset AWS_ENDPOINT_URL_REKOGNITION to use AWS, or set IDV_ALLOW_STAND_INS=true where no real person is verified.`,
  );
}

async function ask(endpoint: string, probes: number, pauseMs: number): Promise<Response | undefined> {
  for (let probe = 1; ; probe++) {
    try {
      return await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    } catch {
      if (probe >= probes) return undefined;
      await delay(pauseMs);
    }
  }
}

/**
 * The second wall, for endpoints that are configured where `findStandIns` does not look, or changed since: refuses every
 * answer of a stand-in, before anybody reads it.
 */
export function refuseStandIn(client: RekognitionClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = (result.response ?? {}) as { headers?: Record<string, string> };
      if (!headers || !(HEADER in headers)) return result;
      throw ApplicationFailure.create({
        type: failures.operatorMustAct,
        message:
          'A stand-in answered instead of Rekognition. Unset the endpoint, or set IDV_ALLOW_STAND_INS=true where no real person is verified.',
        nonRetryable: true,
        details: [{ reason: 'operator_must_act' }],
      });
    },
    { step: 'deserialize', name: 'refuseStandIn', priority: 'low' },
  );
}
