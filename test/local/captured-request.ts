import type { SignableRequest } from '../../local/sigv4.js';

interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string | Uint8Array;
}

/** The request that an SDK client would send, signed, without sending it. */
export async function capturedRequest<C extends { middlewareStack: unknown }>(
  client: C,
  send: (client: C) => Promise<unknown>,
): Promise<SignableRequest> {
  let captured: SdkRequest | undefined;
  const stop = new Error('captured');
  const stack = client.middlewareStack as {
    add(middleware: () => (args: { request: SdkRequest }) => Promise<never>, options: object): void;
  };
  stack.add(
    () => async (args) => {
      captured = args.request;
      throw stop;
    },
    { step: 'deserialize', priority: 'low', name: 'capture' },
  );
  await send(client).catch((error) => {
    if (error !== stop) throw error;
  });
  if (!captured) throw new Error('The client sent nothing.');
  const query = new URLSearchParams(captured.query ?? {}).toString();
  return {
    method: captured.method,
    url: captured.path + (query && `?${query}`),
    headers: Object.fromEntries(
      Object.entries(captured.headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body:
      typeof captured.body === 'object' ? Buffer.concat([captured.body]) : Buffer.from(captured.body ?? ''),
  };
}
