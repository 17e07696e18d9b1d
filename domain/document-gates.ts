import { type DocumentFields, plainNumber } from './document.js';
import { nameAgrees } from './person-names.js';
import type { ComparedField, DocumentPolicy } from './policy.js';
import type { ReasonCode } from './reasons.js';

/** What a caller typed that a document may be compared with. */
export interface TypedFields {
  name?: string;
  /** YYYY-MM-DD. */
  birthDate?: string;
  documentNumber?: string;
  address?: string;
}

/**
 * Similarity (0–100) from which two faces on one document are one person: the default of CompareFaces, far above what two
 * people reach and below the match threshold, because a ghost portrait is a pale copy of the portrait
 * (https://docs.aws.amazon.com/rekognition/latest/APIReference/API_CompareFaces.html).
 */
export const SAME_PORTRAIT = 80;

/** A document as its gates look at it. */
export interface JudgedDocument {
  fields: DocumentFields;
  /** See `normaliseDocument`. */
  consistent: boolean;
  typed: TypedFields;
  /** The names may be cut off. */
  truncated: boolean;
  /** YYYY-MM-DD, UTC: a document is good until the end of its last day. */
  today: string;
}

/** The reasons why a document that could be read does not pass, most important first; empty when it does. */
export function judgeDocument(
  { fields, consistent, typed, truncated, today }: JudgedDocument,
  { types, compare }: Pick<DocumentPolicy, 'types' | 'compare'>,
): ReasonCode[] {
  const { type, expiresOn, documentNumber, birthDate, lastName } = fields;
  const reasons: ReasonCode[] = [];
  if (!consistent) reasons.push('document_inconsistent');
  // Without an expiry nobody can say that it has not expired; the others are what tells one document from another.
  if (!expiresOn || !documentNumber || !birthDate || !lastName) reasons.push('document_unreadable');
  if (!type || !types.includes(type)) reasons.push('document_type_not_allowed');
  if (expiresOn && expiresOn < today) reasons.push('document_expired');
  if (compare.some((field) => !agrees(field, { ...fields, truncated }, typed)))
    reasons.push('document_data_mismatch');
  return reasons;
}

/**
 * Are the faces of a document those of one person?
 * @param similarities of the largest face with every face there, itself among them; undefined: they could not be compared
 */
export function judgeFaces(faces: number, similarities: readonly number[] | undefined): ReasonCode[] {
  if (faces === 0) return ['document_no_face'];
  if (faces === 1) return [];
  // A face that was seen and could not be compared could be anybody's.
  const same = (similarities ?? []).filter((similarity) => similarity >= SAME_PORTRAIT).length;
  return same >= faces && same === similarities?.length ? [] : ['document_multiple_faces'];
}

/** What was not typed cannot differ; what was typed and could not be read does. */
function agrees(
  field: ComparedField,
  fields: DocumentFields & { truncated: boolean },
  typed: TypedFields,
): boolean {
  const { name, birthDate, documentNumber, address } = typed;
  switch (field) {
    case 'name':
      return name === undefined || nameAgrees(name, fields);
    case 'birth_date':
      return birthDate === undefined || birthDate === fields.birthDate;
    case 'document_number':
      return (
        documentNumber === undefined ||
        plainNumber(documentNumber) === plainNumber(fields.documentNumber ?? '')
      );
    case 'address':
      return address === undefined || addressAgrees(address, fields.address ?? '');
  }
}

/** How people and documents shorten the words of an address; the long form first. */
const SHORT: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ['STREET', 'ST', 'STR', 'STRASSE'],
    ['AVENUE', 'AVE', 'AV'],
    ['ROAD', 'RD'],
    ['BOULEVARD', 'BLVD'],
    ['DRIVE', 'DR'],
    ['LANE', 'LN'],
    ['COURT', 'CT'],
    ['PLACE', 'PL'],
    ['SQUARE', 'SQ'],
    ['APARTMENT', 'APT'],
    ['NORTH', 'N'],
    ['SOUTH', 'S'],
    ['EAST', 'E'],
    ['WEST', 'W'],
  ].flatMap(([long = '', ...short]) => short.map((word) => [word, long])),
);

/** Every number of the shorter of the two is in the longer one (house, postal code), and most of its words. */
function addressAgrees(typed: string, read: string): boolean {
  const [shorter, longer] = [addressWords(typed), addressWords(read)].sort((a, b) => a.size - b.size) as [
    Set<string>,
    Set<string>,
  ];
  if (shorter.size === 0) return false;
  const numbers = [...shorter].filter((word) => /\d/.test(word));
  const others = [...shorter].filter((word) => !/\d/.test(word));
  const known = others.filter((word) => longer.has(word)).length;
  return numbers.every((word) => longer.has(word)) && known >= others.length * MOST;
}

const MOST = 0.6;

function addressWords(address: string): Set<string> {
  const plain = address
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/[\p{M}.']/gu, '')
    .toUpperCase();
  const words = plain.split(/[^A-Z0-9]+/).filter(Boolean);
  return new Set(words.map((word) => SHORT[word] ?? word));
}
