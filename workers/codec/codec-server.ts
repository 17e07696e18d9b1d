import { timingSafeEqual } from 'node:crypto';
import type { PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { log, loggable } from '../../telemetry/log.js';

const { Payloads } = proto.temporal.api.common.v1;

/**
 * The remote codec of Temporal UI and CLI: `POST /decode` and `/encode` (Temporal, "Codec Server" HTTP protocol). What cannot
 * be read or decrypted is answered 4xx.
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
      const { payloads } = Payloads.fromObject(request.body ?? {});
      const answer = await codec[direction](payloads ?? []);
      response.json(Payloads.create({ payloads: answer }).toJSON());
    });
  }
  app.use(answerUnreadable);
  return app;
}

/** Messages of our own codec name the key that is missing; those of parsers and ciphers may quote input. */
const answerUnreadable: ErrorRequestHandler = (error, _request, response, _next) => {
  const { status = 400, message } = error as { status?: number; message: string };
  log.warn({ status, error: loggable(error) }, 'payloads refused');
  response.status(status).json({
    message: /IDV_ENCRYPTION_KEYS/.test(message)
      ? message
      : 'Send { "payloads": [...] } as JSON, encrypted with a key of IDV_ENCRYPTION_KEYS.',
  });
};

function bears(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
