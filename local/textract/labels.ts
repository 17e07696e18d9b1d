/** What AnalyzeID tells of a document, in its order (https://docs.aws.amazon.com/textract/latest/dg/identitydocumentfields.html). */
export const FIELD_TYPES = [
  'FIRST_NAME',
  'LAST_NAME',
  'MIDDLE_NAME',
  'SUFFIX',
  'CITY_IN_ADDRESS',
  'ZIP_CODE_IN_ADDRESS',
  'STATE_IN_ADDRESS',
  'STATE_NAME',
  'DOCUMENT_NUMBER',
  'EXPIRATION_DATE',
  'DATE_OF_BIRTH',
  'DATE_OF_ISSUE',
  'ID_TYPE',
  'ENDORSEMENTS',
  'VETERAN',
  'RESTRICTIONS',
  'CLASS',
  'ADDRESS',
  'COUNTY',
  'PLACE_OF_BIRTH',
  'MRZ_CODE',
] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** What must be a date. */
export const DATES: ReadonlySet<string> = new Set(['EXPIRATION_DATE', 'DATE_OF_BIRTH', 'DATE_OF_ISSUE']);

/** A label at the start of a text. `other`: of something that AnalyzeID does not tell. */
export interface Label {
  type: FieldType | 'other';
  /** Characters that it takes. */
  length: number;
  /** Only a number: worth less than words. */
  bare: boolean;
}

/**
 * Words by which documents name their fields, and the numbers that AAMVA's design standard (DL/ID Card Design Standard
 * 2020, table D.3) puts before them on licences. A space may be missing where it was read.
 */
const WORDS: readonly (readonly [type: Label['type'], number: string, words: string])[] = [
  ['LAST_NAME', '1', 'LN|LAST NAME|SURNAME|FAMILY NAME'],
  ['FIRST_NAME', '2', 'FN|FIRST NAMES?|GIVEN NAMES?|FORENAMES?'],
  ['DATE_OF_BIRTH', '3', 'DOB|DATE OF BIRTH|BIRTH DATE'],
  ['DATE_OF_ISSUE', '4A', 'ISS|ISSUED|ISSUE DATE|DATE OF ISSUE'],
  [
    'EXPIRATION_DATE',
    '4B',
    'EXP|EXPIRES|EXPIRY|EXP DATE|EXPIRATION DATE|EXPIRY DATE|DATE OF EXPIR(?:Y|ATION)',
  ],
  [
    'DOCUMENT_NUMBER',
    '4D',
    'DL NO|DLN|DL|LIC NO|LICENSE NO|LICENSE NUMBER|ID NO|CARD NO|PASSPORT NO|PASSPORT NUMBER|DOCUMENT NO|DOCUMENT NUMBER',
  ],
  ['ADDRESS', '8', 'ADDRESS|ADDR?'],
  ['CLASS', '9', 'CLASS'],
  ['ENDORSEMENTS', '9A', 'END|ENDORSEMENTS?'],
  ['RESTRICTIONS', '12', 'RSTR|REST|RESTR|RESTRICTIONS?'],
  ['PLACE_OF_BIRTH', '', 'PLACE OF BIRTH'],
  ['COUNTY', '', 'COUNTY'],
  ['other', '15', 'SEX'],
  ['other', '16', 'HGT|HEIGHT'],
  ['other', '17', 'WGT|WEIGHT'],
  ['other', '18', 'EYES?'],
  ['other', '19', 'HAIR'],
  ['other', '5', 'DD'],
  ['other', '', 'NATIONALITY|TYPE|CODE|AUTHORITY|PERSONAL NO'],
];

const spaced = (words: string): string => words.replaceAll(' ', '\\s*');

const PATTERNS = WORDS.map(([type, number, words]) => {
  const before = number && `(?:${spaced([...number].join(' '))}\\s*)?`;
  return [type, new RegExp(`^${before}(?:${spaced(words)})(?:\\s*[.:])*(?=$|[^A-Z])(?:\\s*/.*)?`)] as const;
});

/** A number alone, as some states print it: nothing after it, or what such a field begins with. */
const BARE: readonly (readonly [type: FieldType, pattern: RegExp])[] = [
  ['LAST_NAME', /^1(?=$|\s+[A-Z]{2})/],
  ['FIRST_NAME', /^2(?=$|\s+[A-Z]{2})/],
  ['DATE_OF_BIRTH', /^3(?=$|\s+\d\d[/-])/],
  ['DATE_OF_ISSUE', /^4\s*A(?=$|\s*\d\d[/-])/],
  ['EXPIRATION_DATE', /^4\s*B(?=$|\s*\d\d[/-])/],
  ['DOCUMENT_NUMBER', /^4\s*D(?=$|\s*\S*\d)/],
  ['ADDRESS', /^8(?=$|\s+\d+\s+\S)/],
];

/** The label that `text` begins with. Numbers alone are labels only at the start of a line. */
export function labelAt(text: string, startsLine: boolean): Label | undefined {
  const upper = text.toUpperCase();
  for (const [type, pattern] of PATTERNS) {
    const found = pattern.exec(upper);
    if (found) return { type, length: found[0].length, bare: false };
  }
  if (!startsLine) return undefined;
  for (const [type, pattern] of BARE) {
    const found = pattern.exec(upper);
    if (found) return { type, length: found[0].length, bare: true };
  }
  return undefined;
}
