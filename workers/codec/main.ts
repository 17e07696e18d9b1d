import { z } from 'zod';
import { log } from '../../telemetry/log.js';
import { temporalConfig } from '../../temporal.config.js';
import { createCodecServer } from './codec-server.js';
import { createEncryptionCodec } from './encryption-codec.js';

const schema = z.object({
  IDV_CODEC_PORT: z.coerce.number().int().min(1).max(65_535).default(3001),
  IDV_CODEC_HOST: z.string().default('127.0.0.1'),
  /** Where operators open Temporal UI: the only page that may ask for plain payloads. */
  IDV_CODEC_UI_ORIGIN: z.url().default('http://127.0.0.1:8233'),
  /** Needed wherever the port can be reached by anybody but operators. */
  IDV_CODEC_TOKEN: z.string().min(16).optional(),
});

/** The codec endpoint of Temporal UI and CLI, as a process of its own: whoever may read payloads runs it. */
const settings = schema.parse(process.env);
const app = createCodecServer(createEncryptionCodec(temporalConfig().encryptionKeys), {
  uiOrigin: settings.IDV_CODEC_UI_ORIGIN,
  ...(settings.IDV_CODEC_TOKEN ? { token: settings.IDV_CODEC_TOKEN } : {}),
});
const server = app.listen(settings.IDV_CODEC_PORT, settings.IDV_CODEC_HOST, (error) => {
  if (error) throw error;
  log.info({ host: settings.IDV_CODEC_HOST, port: settings.IDV_CODEC_PORT }, 'codec endpoint ready');
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());
