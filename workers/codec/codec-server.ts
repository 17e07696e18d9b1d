import { timingSafeEqual } from 'node:crypto';
import type { PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import express, { type Express } from 'express';

const { Payloads } = proto.temporal.api.common.v1;

/**
 * The remote codec of Temporal UI and CLI: `POST /decode` and `/encode` (Temporal, "Codec Server" HTTP protocol).
 * @param options.uiOrigin the only origin a browser may call from
 * @param options.token where set, `Authorization: Bearer <token>` is asked for
 */
export function createCodecServer(
  codec: PayloadCodec,
  options: { uiOrigin: string; token?: string },
): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use((request, response, next) => {
    response.set({
      'Access-Control-Allow-Origin': options.uiOrigin,
      'Access-Control-Allow-Headers': 'content-type,x-namespace,authorization',
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Credentials': 'true',
      Vary: 'Origin',
    });
    if (request.method === 'OPTIONS') response.sendStatus(204);
    else if (options.token && !bears(request.headers.authorization, options.token)) response.sendStatus(401);
    else next();
  });
  app.use(express.json({ limit: '4mb' }));
  for (const direction of ['encode', 'decode'] as const) {
    app.post(`/${direction}`, async (request, response) => {
      const { payloads } = Payloads.fromObject(request.body);
      const answer = await codec[direction](payloads ?? []);
      response.json(Payloads.create({ payloads: answer }).toJSON());
    });
  }
  return app;
}

function bears(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
