import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that listens. */
export interface Listening {
  /** `http://<host>:<port>`, no slash at the end; 127.0.0.1 where it listens on every interface. */
  url: string;
  port: number;
  /** Lets calls in flight finish, for up to a second, and frees the port. */
  close(): Promise<void>;
}

const GRACE_MS = 1000;

/**
 * Serves `handler` on `port` (0: any free one) of `host`, 127.0.0.1 by default. Throws an Error that names the port and the variable to set
 * when the port is taken.
 */
export async function listen(
  handler: RequestListener,
  options: { port: number; owner: string; variable: string; host?: string },
): Promise<Listening> {
  const { port, owner, variable, host = '127.0.0.1' } = options;
  const server = createServer(handler);
  // Idle connections stay open: with the default of 5 s a client's next call can meet a socket that is just being closed.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(explainedPort(error, { port, owner, variable })));
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const name = host === '0.0.0.0' ? '127.0.0.1' : host;
  return { url: `http://${name}:${bound}`, port: bound, close: () => close(server) };
}

/** The error of a port that cannot be had, in words that say what to set; any other error as it is. */
export function explainedPort(
  error: NodeJS.ErrnoException,
  { port, owner, variable }: { port: number; owner: string; variable: string },
): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') return error;
  const why = error.code === 'EACCES' ? 'may not be used by this account' : 'is taken';
  return new Error(
    `Port ${port} for ${owner} ${why}. Stop what listens there, or set ${variable} to another port.`,
    { cause: error },
  );
}

async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(force);
}
