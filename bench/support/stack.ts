import { Client, Connection } from '@temporalio/client';
import { findDevServer } from '../../local/temporal/find-dev-server.js';
import { temporalConfig } from '../../temporal.config.js';
import { type ProcessStack, startProcessStack } from '../../test/support/process-stack.js';

/** The service in processes of its own, as in production, beside the baseline; gone with `close`. */
export interface BenchStack extends Pick<ProcessStack, 'api' | 'key' | 'control' | 'close'> {
  /** URL of the plain baseline. */
  plain: string;
  client: Client;
}

/** Starts Temporal, the constant-time twin, `workers` worker processes, the API, the baseline and the empty workflow. */
export async function startBenchStack(
  options: { workers?: number; env?: Record<string, string> } = {},
): Promise<BenchStack> {
  const found = await findDevServer({ env: process.env, log: (line) => console.error(line) });
  if (found.kind !== 'program') {
    throw new Error('Benchmarks start a Temporal server of their own: unset TEMPORAL_ADDRESS.');
  }
  const stack = await startProcessStack({ temporal: found.path, constantTimeFaces: true, ...options });
  try {
    await stack.run('bench/support/empty-worker.ts');
    const plain = await stack.run('bench/support/plain-server.ts');
    const config = temporalConfig(stack.environment);
    const connection = await Connection.connect(config.connection);
    return {
      ...stack,
      plain: String(plain.url),
      client: new Client({ connection, namespace: config.namespace, dataConverter: config.dataConverter }),
      async close() {
        await connection.close();
        await stack.close();
      },
    };
  } catch (error) {
    await stack.close();
    throw error;
  }
}
