import { setTimeout as delay } from 'node:timers/promises';
import type { RekognitionClient } from '@aws-sdk/client-rekognition';
import type { TextractClient } from '@aws-sdk/client-textract';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import { type Environment, readEnvironment } from '../../configuration/environment.js';
import { log } from '../../telemetry/log.js';
import { failures } from '../../workflows/failures.js';
import { endpointOf, isAws } from './endpoints.js';

/** The header by which every answer of a stand-in says so, with the service that it stands in for. */
const HEADER = 'x-idv-stand-in';

/** Those whose word decides about a person: whether it is alive, who it is, what a document says. */
const JUDGES = [
  { name: 'Rekognition', service: 'REKOGNITION' },
  { name: 'Textract', service: 'TEXTRACT' },
] as const;

type Judge = (typeof JUDGES)[number];

/** An endpoint that is there answers at once; one that is being started beside us, soon. */
const PROBE_MS = 2_000;
const PROBES = 5;
const PAUSE_MS = 2_000;

const schema = z.object({
  /** `true`: stand-ins may answer instead of AWS, as in development and in a demonstration. */
  IDV_ALLOW_STAND_INS: z.stringbool().default(false),
});

/**
 * Whether answers of stand-ins may be believed: only where `IDV_ALLOW_STAND_INS` says so.
 * @throws Error naming the variable when it is wrong
 */
export function mayStandIn(environment: Environment = process.env): boolean {
  return readEnvironment(schema, environment).IDV_ALLOW_STAND_INS;
}

/**
 * Asks the endpoints of Rekognition and Textract, where they are not AWS's own, whether they are stand-ins. Logs a warning
 * where some are, and where they are allowed although there are none.
 * @param pauseMs between two tries to reach one, where stand-ins are refused
 * @returns the services that are stood in for
 * @throws Error when one is and must not be, or cannot be told; the message says what to do
 */
export async function findStandIns(
  environment: Environment = process.env,
  pauseMs = PAUSE_MS,
): Promise<readonly string[]> {
  const allowed = mayStandIn(environment);
  const asked = JUDGES.map((judge) => standInFor(judge, { environment, allowed, pauseMs }));
  const found = (await Promise.all(asked)).filter((name) => name !== undefined);
  if (found.length > 0) log.warn({ standIns: found }, 'stand-ins for development answer instead of AWS');
  else if (allowed)
    log.warn(
      'IDV_ALLOW_STAND_INS is set, and no stand-in was found: unset it where real people are verified',
    );
  return found;
}

interface Asking {
  environment: Environment;
  allowed: boolean;
  pauseMs: number;
}

async function standInFor(
  { name, service }: Judge,
  { environment, allowed, pauseMs }: Asking,
): Promise<string | undefined> {
  const endpoint = endpointOf(service, environment);
  // AWS's may be down while we start, and are not worth a start: `refuseStandIn` remains.
  if (endpoint === undefined || isAws(endpoint)) return undefined;
  const answer = await ask(endpoint, allowed ? 1 : PROBES, pauseMs);
  const standIn = answer instanceof Response ? answer.headers.get(HEADER) : null;
  if (allowed) return standIn ?? undefined;
  const remedy = `Unset AWS_ENDPOINT_URL_${service} (or AWS_ENDPOINT_URL) to use AWS`;
  if (!(answer instanceof Response)) {
    throw new Error(
      `The ${name} endpoint ${endpoint} ${answer.why}, so it may be a stand-in. ${answer.remedy}, or: ${remedy}.`,
    );
  }
  if (standIn === null) return undefined;
  throw new Error(
    `The ${name} endpoint ${endpoint} is a stand-in for development, whose word on faces, documents and live persons proves nothing. ${remedy}, or set IDV_ALLOW_STAND_INS=true where no real person is verified.`,
  );
}

/** Why an endpoint could not be asked, and what may help. */
interface Unanswered {
  why: string;
  remedy: string;
}

async function ask(endpoint: string, probes: number, pauseMs: number): Promise<Response | Unanswered> {
  for (let probe = 1; ; probe++) {
    try {
      return await fetch(endpoint, { redirect: 'manual', signal: AbortSignal.timeout(PROBE_MS) });
    } catch (error) {
      const { code, message } = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
      const reason = code || message;
      // https://nodejs.org/api/tls.html#x509-certificate-error-codes, EPROTO of OpenSSL: no repetition mends those.
      if (/CERT|SIGNATURE|TLS|SSL|EPROTO/.test(reason)) {
        const why = `is there, but not by TLS that can be trusted (${reason})`;
        return { why, remedy: 'Mend its certificate, or name who issued it in NODE_EXTRA_CA_CERTS' };
      }
      if (probe >= probes) return { why: `does not answer (${reason})`, remedy: 'Start it first' };
      await delay(pauseMs);
    }
  }
}

/**
 * The second wall, for endpoints that are configured where `findStandIns` does not look, or changed since: refuses every
 * answer of a stand-in, before anybody reads it.
 */
export function refuseStandIn(client: RekognitionClient | TextractClient): void {
  // What the two differ in, inputs and outputs, is not looked at.
  (client as RekognitionClient).middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { headers } = (result.response ?? {}) as { headers?: Record<string, string> };
      const standIn = headers?.[HEADER];
      if (standIn === undefined) return result;
      throw ApplicationFailure.create({
        type: failures.operatorMustAct,
        message: `A stand-in answered instead of AWS (${standIn}). Unset the endpoint, or set IDV_ALLOW_STAND_INS=true where no real person is verified.`,
        nonRetryable: true,
        details: [{ reason: 'operator_must_act' }],
      });
    },
    { step: 'deserialize', name: 'refuseStandIn', priority: 'low' },
  );
}
