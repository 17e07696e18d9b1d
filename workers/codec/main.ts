import { log } from '../../telemetry/log.js';
import { temporalConfig } from '../../temporal.config.js';
import { createCodecServer } from './codec-server.js';
import { createEncryptionCodec } from './encryption-codec.js';
import { codecSettings } from './settings.js';

/** The codec endpoint of Temporal UI and CLI, as a process of its own: whoever may read payloads runs it. */
function run(): void {
  const settings = codecSettings();
  const app = createCodecServer(createEncryptionCodec(temporalConfig().encryptionKeys), {
    uiOrigin: settings.IDV_CODEC_UI_ORIGIN,
    ...(settings.IDV_CODEC_TOKEN ? { token: settings.IDV_CODEC_TOKEN } : {}),
  });
  const server = app.listen(settings.IDV_CODEC_PORT, settings.IDV_CODEC_HOST, (error) => {
    if (error) return stop(error);
    log.info({ host: settings.IDV_CODEC_HOST, port: settings.IDV_CODEC_PORT }, 'codec endpoint ready');
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close());
}

function stop(error: unknown): void {
  log.fatal({ err: error }, error instanceof Error ? error.message : 'The codec endpoint stopped.');
  process.exitCode = 1;
}

try {
  run();
} catch (error) {
  stop(error);
}
