import { countryNamed } from '../../domain/countries.js';
import type { Printed } from '../../domain/document.js';
import { holdsDate } from '../../domain/document-dates.js';

/** Fields that stand behind or under a label. */
export type Labelled = Exclude<keyof Printed, 'title'>;

/** A field by its label, or `other`: a label of something that nobody asks for. */
export interface Label {
  field: Labelled | 'other';
  /** What follows the label in its line; may be empty. */
  rest: string;
  /** Only a number: worth less than words. */
  bare: boolean;
}

/**
 * Words by which documents name their fields, and the number before them: of licences in the United States by AAMVA's DL/ID
 * Card Design Standard (2020, table D.3). Labels in two languages have the other one behind a stroke.
 */
const WORDS: readonly (readonly [Label['field'], string, string])[] = [
  ['lastName', '1', 'LN|LAST NAMES?|SURNAMES?|FAMILY NAMES?|NACHNAME|NOM|APELLIDOS|COGNOME'],
  ['firstNames', '2', 'FN|FIRST NAMES?|GIVEN NAMES?|FORENAMES?|VORNAMEN?|PRENOMS?|NOMBRE|NOME'],
  ['birthDate', '3', 'DOB|DATE OF BIRTH|BIRTH DATE|GEBURTSDATUM|GEBURTSTAG|DATE DE NAISSANCE'],
  ['issueDate', '4A', 'ISS|ISSUED|ISSUE DATE|DATE OF ISSUE|AUSSTELLUNGSDATUM'],
  [
    'expiresOn',
    '4B',
    'EXP|EXPIRES|EXPIRY|EXP DATE|EXPIRATION DATE|EXPIRY DATE|DATE OF EXPIR(?:Y|ATION)|VALID UNTIL|GULTIG BIS',
  ],
  [
    'documentNumber',
    '4D',
    'DL NO|DLN|DL|LIC NO|LICEN[CS]E NO|LICEN[CS]E NUMBER|ID NO|CARD NO|PASSPORT NO|PASSPORT NUMBER|DOCUMENT NO|DOCUMENT NUMBER|AUSWEISNUMMER',
  ],
  ['address', '8', 'ADDRESS|ADDR|ANSCHRIFT'],
  ['country', '', 'ISSUING COUNTRY|ISSUING STATE|CODE(?: OF ISSUING STATE)?|COUNTRY CODE'],
  ['other', '9A?', 'CLASS|END|ENDORSEMENTS?'],
  ['other', '12', 'RSTR|REST|RESTR|RESTRICTIONS?'],
  ['other', '15', 'SEX'],
  ['other', '1[6-9]', 'HGT|HEIGHT|WGT|WEIGHT|EYES?|HAIR'],
  ['other', '5', 'DD'],
  ['other', '', 'PLACE OF BIRTH|NATIONALITY|TYPE|AUTHORITY|PERSONAL NO|COUNTY'],
];

const spaced = (words: string) => words.replaceAll(' ', '\\s*');

const PATTERNS = WORDS.map(([field, number, words]) => {
  const before = number && `(?:${number}\\.?\\s*)?`;
  const behind = '(?:\\s*[.:])*(?=$|[^A-Z])(?:\\s*\\/[^\\d]*)?';
  return [field, new RegExp(`^${before}(?:${spaced(words)})${behind}`)] as const;
});

/** A number alone: licences of the European Union (Directive 2006/126/EC, annex I), and of some states. */
const BARE: readonly (readonly [Labelled, RegExp])[] = [
  ['lastName', /^1\.?(?=\s*[A-Z]{2})/],
  ['firstNames', /^2\.?(?=\s*[A-Z]{2})/],
  ['birthDate', /^3\.?(?=\s*\d\d[-/.])/],
  ['issueDate', /^4\s*A\.?(?=\s*\d\d[-/.])/],
  ['expiresOn', /^4\s*B\.?(?=\s*\d\d[-/.])/],
  ['documentNumber', /^(?:4\s*D|5)\.?(?=\s+\S*\d)/],
  ['address', /^8\.?(?=\s*\d+\s+\S)/],
];

/** Accents away, capital letters: labels are read without their accents as often as with them. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();

/** The label that a line begins with. */
export function labelOf(text: string): Label | undefined {
  const known = plain(text);
  for (const [forms, bare] of [
    [PATTERNS, false],
    [BARE, true],
  ] as const) {
    for (const [field, form] of forms) {
      const found = form.exec(known);
      if (found) return { field, rest: text.slice(found[0].length).trim(), bare };
    }
  }
  return undefined;
}

/** Could this be the value of such a field? */
export function mayBe(field: Labelled, text: string): boolean {
  switch (field) {
    case 'lastName':
    case 'firstNames':
      return /^[\p{L}\p{M}][\p{L}\p{M}\s.,'’-]*$/u.test(text);
    case 'birthDate':
    case 'issueDate':
    case 'expiresOn':
      return holdsDate(text);
    case 'documentNumber':
      return /\d/.test(text) && /^[A-Z\d][A-Z\d\s-]{3,}$/.test(text) && !holdsDate(text);
    case 'country':
      return /^[A-Z]{3}$/.test(text) || countryNamed(text) !== undefined;
    case 'address':
      return /\p{L}/u.test(text) && !text.includes('<');
  }
}
