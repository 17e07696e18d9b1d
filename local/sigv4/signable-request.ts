/** A request as it came over the wire: `url` is path and query, header names are lower case (as node:http gives them). */
export interface SignableRequest {
  method: string;
  url: string;
  headers: Record<string, string | string[] | undefined>;
  body: Uint8Array;
}

/** A header's values as one text, or undefined. */
export function headerText(request: SignableRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/** Path and raw query of a request target; the path is never normalised, because S3 keys may contain `//` and `..`. */
export function splitTarget(url: string): { path: string; query: string } {
  const at = url.indexOf('?');
  return at < 0 ? { path: url, query: '' } : { path: url.slice(0, at), query: url.slice(at + 1) };
}

/** Query parameters in the order given, decoded. A `+` stays a `+`, as in AWS's own canonical form. */
export function queryPairs(query: string): [name: string, value: string][] {
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const at = part.indexOf('=');
      const [name, value] = at < 0 ? [part, ''] : [part.slice(0, at), part.slice(at + 1)];
      return [percentDecode(name), percentDecode(value)];
    });
}

/** Percent-decoding that leaves malformed escapes as they are. */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
