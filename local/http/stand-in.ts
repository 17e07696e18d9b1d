import type { RequestListener } from 'node:http';

/** Whom a service of the twin imitates, and what that means to who relies on it. */
export interface Introduction {
  standIn: 'rekognition' | 'textract';
  note: Readonly<Record<string, string>>;
}

/**
 * Says with every answer, and to GET and HEAD in words, that this is a stand-in, so that nobody takes it for the service it
 * imitates.
 */
export function asStandIn({ standIn, note }: Introduction, handler: RequestListener): RequestListener {
  const introduction = JSON.stringify({ standIn, healthy: true, ...note });
  return (request, response) => {
    response.setHeader('x-idv-stand-in', standIn);
    if (request.method !== 'GET' && request.method !== 'HEAD') return handler(request, response);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(request.method === 'HEAD' ? undefined : introduction);
  };
}
