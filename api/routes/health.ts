import { Router } from 'express';
import { log } from '../../telemetry/log.js';

const STAND_IN_NOTE =
  'Stand-ins for development: what they say of faces, documents and live persons proves nothing. Not for production.';

/**
 * `/healthz`: this process answers. `/readyz`: what it needs answers too.
 * @param standIns services that a stand-in imitates
 */
export function health(
  dependencies: Readonly<Record<string, () => Promise<unknown>>>,
  standIns: readonly string[],
): Router {
  const router = Router();
  const alive = {
    status: 'ok',
    ...(standIns.length > 0 ? { stand_ins: standIns, note: STAND_IN_NOTE } : {}),
  };
  router.get('/healthz', (_request, response) => {
    response.json(alive);
  });
  router.get('/readyz', async (_request, response) => {
    const checks = await Promise.all(
      Object.entries(dependencies).map(async ([name, check]) => [name, await isUp(name, check)] as const),
    );
    const ready = checks.every(([, up]) => up);
    response.status(ready ? 200 : 503).json({
      status: ready ? 'ready' : 'not_ready',
      checks: Object.fromEntries(checks.map(([name, up]) => [name, up ? 'ok' : 'unreachable'])),
    });
  });
  return router;
}

async function isUp(name: string, check: () => Promise<unknown>): Promise<boolean> {
  try {
    await check();
    return true;
  } catch (error) {
    log.warn({ dependency: name, reason: error instanceof Error ? error.name : 'unknown' }, 'not ready');
    return false;
  }
}
