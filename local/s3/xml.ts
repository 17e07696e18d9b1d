import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { s3Error } from './errors.js';

/** What an element holds: text, child elements by name, or several of one name. */
export type XmlValue = string | number | boolean | undefined | XmlValue[] | { [name: string]: XmlValue };

/** A document of S3's, with its namespace. */
export function xmlDocument(root: string, content: { [name: string]: XmlValue }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${children(content)}</${root}>`;
}

/** An error document: S3 sends it without a namespace. */
export function xmlError(content: { [name: string]: XmlValue }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${children(content)}</Error>`;
}

function children(content: { [name: string]: XmlValue }): string {
  return Object.entries(content)
    .map(([name, value]) => elements(name, value))
    .join('');
}

function elements(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((each) => elements(name, each)).join('');
  return `<${name}>${typeof value === 'object' ? children(value) : escaped(String(value))}</${name}>`;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML 1.0 cannot carry become U+FFFD; a client that has such keys lists with encoding-type=url. */
function escaped(text: string): string {
  return (
    text
      .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
      .replace(/\r/g, '&#13;')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly the ones that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
  );
}

/** A parsed element: text, or children; `many` names are always lists. */
export type XmlNode = { [name: string]: XmlNode[] | XmlNode | string | undefined };

/** The root element of `body`. Throws MalformedXML when it is not well-formed or has another root. */
export function parseXml(body: Uint8Array, root: string, many: string[] = []): XmlNode {
  const text = Buffer.from(body).toString('utf8');
  if (XMLValidator.validate(text) !== true) throw s3Error('MalformedXML');
  const parser = new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => many.includes(name),
  });
  const found = (parser.parse(text) as Record<string, XmlNode | string | undefined>)[root];
  if (found === undefined) throw s3Error('MalformedXML');
  return typeof found === 'string' ? {} : found;
}

/** The text of a child, or undefined. */
export function childText(node: XmlNode, name: string): string | undefined {
  const child = node[name];
  return typeof child === 'string' ? child : undefined;
}

/** The children of a name that was given to `parseXml` as one of many. */
export function childNodes(node: XmlNode | undefined, name: string): XmlNode[] {
  const child = node?.[name];
  return Array.isArray(child) ? child : [];
}
