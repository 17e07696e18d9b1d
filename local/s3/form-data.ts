import { s3Error } from './errors.js';

/** A browser's upload form: fields in lower case, and the file, which must be the last field that counts. */
export interface UploadForm {
  fields: Record<string, string>;
  file: Buffer;
  fileName: string;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');

/** Reads multipart/form-data (RFC 7578). Throws MalformedPOSTRequest, or InvalidArgument when there is no file. */
export function readForm(contentType: string, body: Buffer): UploadForm {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  if (!boundary) throw s3Error('MalformedPOSTRequest');
  const separator = Buffer.from(`--${boundary[1] ?? boundary[2]}`);
  const fields: Record<string, string> = {};
  let at = body.indexOf(separator);
  while (at >= 0) {
    at += separator.length;
    if (body.toString('latin1', at, at + 2) === '--') break;
    const headEnd = body.indexOf(BLANK_LINE, at);
    const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), separator]), headEnd + BLANK_LINE.length);
    if (headEnd < 0 || end < 0) throw s3Error('MalformedPOSTRequest');
    const head = body.toString('utf8', at, headEnd);
    const content = body.subarray(headEnd + BLANK_LINE.length, end);
    const name = (/[;\s]name="([^"]*)"/i.exec(head)?.[1] ?? '').toLowerCase();
    if (name === 'file') {
      // What comes after the file is ignored, as S3 says.
      return { fields, file: content, fileName: /[;\s]filename="([^"]*)"/i.exec(head)?.[1] ?? '' };
    }
    fields[name] = content.toString('utf8');
    at = end + 2;
  }
  throw s3Error('InvalidArgument', 'POST requires exactly one file upload per request.');
}
