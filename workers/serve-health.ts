import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Worker } from '@temporalio/worker';

/** `GET /healthz` of a worker process, while it is served. */
export interface Health {
  port: number;
  close: () => void;
}

/**
 * Answers 200 while every worker of this process polls (its state is `RUNNING`), otherwise 503, with the states. On
 * loopback, for whoever runs the process: a container's health check.
 * @throws Error when the port is taken
 */
export async function serveHealth(
  port: number,
  workers: readonly Pick<Worker, 'getState'>[],
): Promise<Health> {
  const server = createServer((request, response) => {
    const states = workers.map((worker) => worker.getState());
    const status =
      request.url !== '/healthz' ? 404 : states.every((state) => state === 'RUNNING') ? 200 : 503;
    response
      .writeHead(status, { 'content-type': 'application/json' })
      .end(JSON.stringify({ workers: states }));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
