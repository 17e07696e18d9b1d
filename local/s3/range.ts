import { s3Error } from './errors.js';

/**
 * The bytes that a Range header means, both ends included; undefined: all of them (no header, or one that is not a single
 * byte range, which RFC 9110 section 14.2 says to ignore). Throws InvalidRange when it starts behind the end.
 */
export function readRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '');
  if (!found || (found[1] === '' && found[2] === '')) return undefined;
  const [, first = '', last = ''] = found;
  if (first === '') {
    const length = Math.min(Number(last), size);
    if (length === 0) throw s3Error('InvalidRange');
    return { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  if (start >= size) throw s3Error('InvalidRange', undefined, { 'content-range': `bytes */${size}` });
  return { start, end };
}
