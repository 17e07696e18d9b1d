import { connect, createServer } from 'node:net';

/** The only interface that local servers listen on. */
export const LOOPBACK = '127.0.0.1';

/** Why `host:port` takes no connection within `within` ms; undefined when it does. */
export function unreachable(address: string, within = 5_000): Promise<string | undefined> {
  const separator = address.lastIndexOf(':');
  const port = Number(address.slice(separator + 1));
  if (separator < 1 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    return Promise.resolve('is not host:port');
  }
  return new Promise((resolve) => {
    const socket = connect({ host: address.slice(0, separator), port, timeout: within });
    const end = (problem?: string) => {
      socket.destroy();
      resolve(problem);
    };
    socket.once('connect', () => end());
    socket.once('timeout', () => end('does not answer'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(`cannot be reached (${error.code})`));
  });
}

/** A port that is free on the loopback interface at this moment. */
export async function freePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error('The operating system has no free port left');
  return port;
}

/** Whether `port` can be listened on. */
export async function isPortFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
