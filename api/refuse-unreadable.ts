import type { Duplex } from 'node:stream';

/** What Node's parser could not read never reaches Express; it is answered in the same words all the same. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] =
    error.code === 'HPE_HEADER_OVERFLOW' ? [431, 'Headers Too Large'] : [400, 'Bad Request'];
  const body = JSON.stringify({
    type: 'urn:idv:problem:malformed_request',
    title: 'The request cannot be read',
    status,
    detail: 'Check the request line, the headers and their length (RFC 9112).',
    code: 'malformed_request',
  });
  socket.end(
    `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
