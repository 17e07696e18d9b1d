import type { IncomingMessage } from 'node:http';
import { DropConnection, ServiceFault } from '../faults.js';

/**
 * The whole body. Throws the fault that `tooLarge` makes when it is longer than `limit` bytes, and DropConnection when the
 * client went away in the middle: nobody is left to answer.
 */
export async function readBody(
  request: IncomingMessage,
  limit: number,
  tooLarge: () => ServiceFault = () =>
    new ServiceFault('RequestEntityTooLarge', 413, `At most ${limit} bytes.`),
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk); // what is too much is read and dropped, so that the answer can be sent
    }
  } catch {
    throw new DropConnection('The client closed the connection before the body was complete.');
  }
  if (size > limit) throw tooLarge();
  return Buffer.concat(chunks, size);
}
