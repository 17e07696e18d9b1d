import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { S3Client } from '@aws-sdk/client-s3';
import { TextractClient } from '@aws-sdk/client-textract';
import type { AwsClients } from '../../activities/aws/clients.js';
import { type AwsSettings, awsSettings } from '../../activities/aws/settings.js';
import type { Part } from '../../activities/aws/setup/part.js';
import { awsParts } from '../../activities/aws/setup/parts.js';
import type { Probe } from '../../activities/aws/setup/probe.js';
import { probes } from '../../activities/aws/setup/probes.js';
import { checkSetup, runSetup } from '../../cli/setup/run-setup.js';
import { tenantsOf } from '../../cli/setup/tenants.js';
import { constantTimeEngine } from '../../local/rekognition/engine/constant-time-engine.js';
import { startTwin, type Twin } from '../../local/twin.js';

export type Service = 'dynamodb' | 's3' | 'rekognition' | 'textract';

/** One of those that setup makes with the default settings. */
export const COLLECTION = 'idv-default-live-s0-g1';

/** What `idv setup` printed, and whether everything is there. */
export interface Outcome {
  complete: boolean;
  lines: string[];
}

/** An empty twin, and `idv setup` on it. */
export interface SetupOnTwin {
  clients: AwsClients;
  parts(changes?: Partial<AwsSettings>, options?: { tlsOnly: boolean }): Part[];
  run(parts?: readonly Part[]): Promise<Outcome>;
  check(parts?: readonly Part[], probed?: readonly Probe[]): Promise<Outcome>;
  /** Operations since the last call of it that changed something. */
  changes(): string[];
  /** Every further call of the operation is refused. */
  deny(service: Service, operation: string, message?: string): void;
  /** The next two calls of the operation fail with an error of this name. */
  delay(service: Service, operation: string, name: string): void;
  close(): Promise<void>;
}

export async function setupOnTwin(): Promise<SetupOnTwin> {
  const twin = await startTwin({ rekognition: { engine: constantTimeEngine() } });
  const clients = clientsOf(twin);
  const settings = awsSettings({});
  const parts: SetupOnTwin['parts'] = (changes = {}, { tlsOnly } = { tlsOnly: true }) =>
    awsParts(clients, { ...settings, ...changes }, { tenants: tenantsOf({}), tlsOnly });
  const fail = (
    service: Service,
    operation: string,
    error: { name: string; message: string },
    times?: number,
  ) =>
    twin.faults.addRule({
      service,
      operation,
      when: 'before',
      error: { ...error, status: service === 's3' ? 403 : 400 },
      ...(times ? { times } : {}),
    });
  return {
    clients,
    parts,
    run: (given = parts()) => printed((print) => runSetup(given, print)),
    check: (given = parts(), probed = probes(clients, settings, COLLECTION)) =>
      printed((print) => checkSetup(given, probed, print)),
    changes() {
      const operations = twin.faults.requests().map(({ operation }) => operation);
      twin.faults.clearRequests();
      return operations.filter((operation) => /^(Create|Put|Update|Delete|Tag|Index|Copy)/.test(operation));
    },
    deny(service, operation, message = 'Access Denied') {
      fail(service, operation, {
        name: service === 's3' ? 'AccessDenied' : 'AccessDeniedException',
        message,
      });
    },
    delay: (service, operation, name) => fail(service, operation, { name, message: 'Later' }, 2),
    async close() {
      clients.destroy();
      await twin.close();
    },
  };
}

async function printed(work: (print: (line: string) => void) => Promise<boolean>): Promise<Outcome> {
  const lines: string[] = [];
  const complete = await work((line) => lines.push(line));
  return { complete, lines };
}

function clientsOf({ endpoints, credentials }: Twin): AwsClients {
  const common = { region: 'us-east-1', credentials, maxAttempts: 1 };
  const dynamodb = new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb });
  const rekognition = new RekognitionClient({ ...common, endpoint: endpoints.rekognition });
  const textract = new TextractClient({ ...common, endpoint: endpoints.textract });
  const s3 = new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true });
  return {
    dynamodb,
    rekognition,
    textract,
    s3,
    destroy() {
      for (const client of [dynamodb, rekognition, textract, s3]) client.destroy();
    },
  };
}
