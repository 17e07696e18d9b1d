import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

interface Command {
  input: Record<string, unknown>;
}

/** A client over another one: `around` sees every command, and sends it on as it likes, or answers itself. */
export function between(
  client: DynamoDBClient,
  around: (input: Command['input'], send: () => Promise<Record<string, unknown>>) => Promise<object>,
): DynamoDBClient {
  const send = (command: Command) =>
    around(command.input, () => client.send(command as never) as unknown as Promise<Record<string, unknown>>);
  return { send } as unknown as DynamoDBClient;
}
