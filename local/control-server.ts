import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FaultRule, Faults, SettingsPatch } from './faults.js';

/** The running control port. */
export interface ControlServer {
  url: string;
  port: number;
  close(): Promise<void>;
}

/**
 * HTTP on loopback that changes how the twin behaves while it runs:
 * `GET|PUT|PATCH /settings` · `GET|POST|DELETE /faults` · `GET|DELETE /requests` · `POST /reset` · `GET /healthz`.
 * Bodies are JSON. `GET /requests` takes `service`, `operation` and `limit`. Bad input is a 400 with `{ "error" }`.
 * It has no credentials and must never be reachable from another machine, hence no host option.
 */
export async function startControlServer(options: { faults: Faults; port?: number }): Promise<ControlServer> {
  const server = createServer((request, response) => {
    respond(options.faults, request).then(
      (body) => send(response, 200, body),
      (error: Error & { status?: number }) => send(response, error.status ?? 400, { error: error.message }),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(faults: Faults, request: IncomingMessage): Promise<unknown> {
  const url = new URL(request.url ?? '/', 'http://control');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /healthz':
      return {
        status: 'ok',
        note: 'A stand-in for AWS, for development and tests only. It keeps no real secrets safe.',
      };
    case 'GET /settings':
      return faults.settings();
    case 'PUT /settings':
      return faults.replace((await readJson(request)) as SettingsPatch);
    case 'PATCH /settings':
      return faults.update((await readJson(request)) as SettingsPatch);
    case 'GET /faults':
      return faults.rules();
    case 'POST /faults': {
      const body = await readJson(request);
      for (const rule of Array.isArray(body) ? body : [body]) faults.addRule(rule as FaultRule);
      return faults.rules();
    }
    case 'DELETE /faults':
      faults.clearRules();
      return [];
    case 'GET /requests':
      return selected(faults, url.searchParams);
    case 'DELETE /requests':
      faults.clearRequests();
      return [];
    case 'POST /reset':
      faults.reset();
      return faults.settings();
    default:
      throw Object.assign(
        new Error(`No ${request.method} ${url.pathname} here. See local/control-server.ts.`),
        {
          status: 404,
        },
      );
  }
}

function selected(faults: Faults, query: URLSearchParams): unknown {
  const service = query.get('service');
  const operation = query.get('operation');
  const limit = Number(query.get('limit') ?? Number.POSITIVE_INFINITY);
  if (!(limit > 0)) throw new Error('"limit" must be a number above 0.');
  const found = faults
    .requests()
    .filter(
      (entry) => (!service || entry.service === service) && (!operation || entry.operation === operation),
    );
  return Number.isFinite(limit) ? found.slice(-limit) : found;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new Error('The body must be JSON, e.g. {"rekognition":{"quota":20}}.');
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
