import {
  AnalyzeIDCommand,
  type Block,
  type IdentityDocument,
  type IdentityDocumentField,
  type TextractClient,
} from '@aws-sdk/client-textract';
import type { Printed } from '../../../domain/document.js';
import type { TextPage, TextReader } from '../../ports/text-reader.js';
import type { Sending } from '../image-of.js';
import type { Pace } from '../pace.js';
import { type Box, lineOf } from './line-of.js';
import { readPages } from './read-pages.js';

/** What AnalyzeID says of a photo it cannot use (API reference, AnalyzeID). */
const FAULTS = [
  'BadDocumentException',
  'DocumentTooLargeException',
  'InvalidParameterException',
  'UnsupportedDocumentException',
];

/**
 * Text by Textract AnalyzeID, which names the fields of licences and passports of the United States; of other documents its
 * lines are read as those of DetectText are (https://docs.aws.amazon.com/textract/latest/dg/how-it-works-identity.html).
 */
export function createAnalyzeIdReader(client: TextractClient, options: Sending & { pace: Pace }): TextReader {
  return {
    read: (document) =>
      readPages(document, options, {
        service: 'textract',
        operation: 'AnalyzeID',
        pace: options.pace,
        faults: FAULTS,
        send: (image, options) => client.send(new AnalyzeIDCommand({ DocumentPages: [image] }), options),
        page: ({ IdentityDocuments }) => pageOf(IdentityDocuments?.[0] ?? {}),
      }),
  };
}

function pageOf({ IdentityDocumentFields = [], Blocks = [] }: IdentityDocument): TextPage {
  const texts = new Map(IdentityDocumentFields.map((field) => [field.Type?.Text ?? '', textOf(field)]));
  const zone = texts.get('MRZ_CODE');
  return {
    lines: Blocks.filter(({ BlockType }) => BlockType === 'LINE').map(textLine),
    named: namedFields(texts),
    ...(zone ? { zone: zoneLines(zone) } : {}),
  };
}

/** https://docs.aws.amazon.com/textract/latest/dg/identitydocumentfields.html; a type that was not found has no text. */
function namedFields(texts: ReadonlyMap<string, string>): Printed {
  const joined = (names: readonly string[], gap = ' ') =>
    names
      .map((name) => texts.get(name))
      .filter(Boolean)
      .join(gap);
  const idType = texts.get('ID_TYPE');
  const found = {
    title: idType && idType !== 'UNKNOWN' ? idType : '',
    country: joined(['STATE_NAME']),
    firstNames: joined(['FIRST_NAME', 'MIDDLE_NAME']),
    lastName: joined(['LAST_NAME']),
    documentNumber: joined(['DOCUMENT_NUMBER']),
    birthDate: joined(['DATE_OF_BIRTH']),
    issueDate: joined(['DATE_OF_ISSUE']),
    expiresOn: joined(['EXPIRATION_DATE']),
    address: addressOf(texts),
  };
  return Object.fromEntries(Object.entries(found).filter(([, text]) => text));
}

/** The street's line may hold the rest as well. */
function addressOf(texts: ReadonlyMap<string, string>): string {
  const street = texts.get('ADDRESS') ?? '';
  const rest = ['CITY_IN_ADDRESS', 'STATE_IN_ADDRESS', 'ZIP_CODE_IN_ADDRESS']
    .map((name) => texts.get(name) ?? '')
    .filter((text) => text !== '' && !street.includes(text));
  return [street, rest.join(' ')].filter(Boolean).join(', ');
}

/** A date as the service understood it, else what is printed. */
function textOf({ ValueDetection }: IdentityDocumentField): string {
  const { Text = '', NormalizedValue } = ValueDetection ?? {};
  const [date] = /^\d{4}-\d\d-\d\d/.exec(NormalizedValue?.Value ?? '') ?? [];
  return date ?? Text;
}

/** Lines are told apart by any space, or by their length alone. */
function zoneLines(zone: string): string[] {
  const lines = zone.split(/\s+/).filter(Boolean);
  const [only = ''] = lines;
  if (lines.length > 1) return lines;
  const length = only.length === 90 ? 30 : only.length / 2;
  return Number.isInteger(length) ? (only.match(new RegExp(`.{${Math.max(1, length)}}`, 'g')) ?? []) : lines;
}

function textLine({ Text = '', Geometry }: Block) {
  return lineOf(Text, Geometry?.BoundingBox as Box | undefined);
}
