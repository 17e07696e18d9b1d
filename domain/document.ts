import { countryNamed, countryOfZone } from './countries.js';
import { orderOf, printedDate, zoneDate } from './document-dates.js';
import { nameAgrees, standsInZone } from './person-names.js';
import type { DocumentType } from './policy.js';

/** What a document says, normalised; what could not be read is absent. Dates are YYYY-MM-DD. */
export interface DocumentFields {
  type?: DocumentType;
  /** ISO 3166-1 alpha-3. */
  issuingCountry?: string;
  firstNames?: string;
  lastName?: string;
  documentNumber?: string;
  birthDate?: string;
  issueDate?: string;
  expiresOn?: string;
  address?: string;
}

/** A document as a session's row keeps it, sealed. */
export interface ReadDocument {
  fields: DocumentFields;
  /** Keyed hash of its number; absent where there is none. */
  hash?: string;
}

/** A machine-readable zone as it stands there: dates as YYMMDD, codes as ICAO Doc 9303 has them. */
export interface Zone {
  documentCode: string;
  issuingState: string;
  lastName: string;
  firstNames: string;
  /** Both as they were read, with fillers. */
  names: string;
  /** Its names fill their line: some may not have had room. */
  truncated: boolean;
  documentNumber: string;
  birthDate: string;
  expiresOn: string;
  /** Every check digit holds. */
  holds: boolean;
}

/** Printed texts by what they are, as they stand there. */
export interface Printed {
  /** What the document calls itself. */
  title?: string;
  /** Of a country, or of a state of one. */
  country?: string;
  firstNames?: string;
  lastName?: string;
  documentNumber?: string;
  birthDate?: string;
  issueDate?: string;
  expiresOn?: string;
  address?: string;
}

/**
 * Everything that was read of a document, as one. What the zone says counts, since its check digits vouch for it; what is
 * printed fills the gaps, and names are taken as they are printed, with their accents.
 * @param today YYYY-MM-DD: two digits of a year mean what makes sense today
 * @returns `consistent`: every check digit holds, and nothing printed differs from the zone
 */
export function normaliseDocument(
  zone: Zone | undefined,
  printed: Printed,
  today: string,
): { fields: DocumentFields; consistent: boolean } {
  const country = (zone && countryOfZone(zone.issuingState)) ?? countryNamed(printed.country ?? '');
  const { birthDate, issueDate, expiresOn } = printed;
  const order = orderOf(
    country,
    [birthDate, issueDate, expiresOn].filter((text) => text !== undefined),
  );
  const dateOf = (text: string | undefined) => (text === undefined ? undefined : printedDate(text, order));
  const onPaper = {
    firstNames: printed.firstNames,
    lastName: printed.lastName,
    documentNumber: printed.documentNumber,
    birthDate: dateOf(birthDate),
    issueDate: dateOf(issueDate),
    expiresOn: dateOf(expiresOn),
    address: printed.address,
  };
  const inZone = zone && {
    firstNames: zone.firstNames,
    lastName: zone.lastName,
    documentNumber: zone.documentNumber,
    birthDate: zoneDate(zone.birthDate, 'birth', today),
    expiresOn: zoneDate(zone.expiresOn, 'expiry', today),
  };
  const sameNames = zone ? namesAgree(zone, printed) : true;
  const fields: DocumentFields = {
    ...defined(onPaper),
    ...(inZone ? defined(inZone) : {}),
    ...(zone && sameNames ? accented(zone, printed) : {}),
  };
  const type = documentType(zone, printed.title);
  return {
    fields: { ...(type ? { type } : {}), ...(country ? { issuingCountry: country } : {}), ...fields },
    consistent: zone === undefined || (zone.holds && sameNames && sameFacts(inZone ?? {}, onPaper)),
  };
}

/** Letters and digits of a number. O and 0, I and 1 are one: people and readers take either for the other. */
export function plainNumber(number: string): string {
  return number
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll('I', '1');
}

/** The first two letters of a zone (ICAO Doc 9303 parts 4 to 7), else what the document calls itself. */
function documentType(zone: Zone | undefined, title = ''): DocumentType | undefined {
  const plain = title.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  const said = TITLES.find(([, words]) => words.test(plain))?.[0];
  if (!zone) return said;
  const [first, second] = zone.documentCode;
  if (first === 'P') return 'passport';
  if (first === 'V') return 'visa';
  // AR, IR, CR: how states mark residence permits; C1 and C2 are those of the United States.
  if (said === 'residence_permit' || second === 'R' || (first === 'C' && /\d/.test(second ?? '')))
    return 'residence_permit';
  return said === 'driving_licence' ? said : 'id_card';
}

const TITLES: readonly (readonly [DocumentType, RegExp])[] = [
  [
    'residence_permit',
    /RESIDENCE PERMIT|PERMANENT RESIDENT|AUFENTHALTSTITEL|TITRE DE SEJOUR|PERMESSO DI SOGGIORNO/,
  ],
  [
    'driving_licence',
    /DRIV(ER|ING)'?S?\s*LICEN[CS]E|LEARNER|FUHRERSCHEIN|PERMIS DE CONDUIRE|PATENTE DI GUIDA|PERMISO DE CONDUC|RIJBEWIJS|PRAWO JAZDY|VODICSKY PREUKAZ/,
  ],
  ['passport', /PASSPORT|REISEPASS|PASSEPORT|PASSAPORTO|PASAPORTE|PASPOORT/],
  ['visa', /^\s*(VISA|VISUM)\b/],
  [
    'id_card',
    /IDENTI(TY|FICATION) CARD|PERSONALAUSWEIS|CARTE (NATIONALE )?D'?IDENTITE|CARTA D'?IDENTITA|IDENTITEITSKAART|OBCIANSKY PREUKAZ|NATIONAL ID/,
  ],
];

/** What is printed may have accents, and more names than the zone had room for. */
function namesAgree(zone: Zone, { firstNames = '', lastName = '' }: Printed): boolean {
  if (firstNames && lastName)
    return (
      standsInZone(zone.names, { firstNames, lastName }) || nameAgrees(`${firstNames} ${lastName}`, zone)
    );
  if (lastName) return nameAgrees(lastName, { lastName: zone.lastName });
  return firstNames
    ? nameAgrees(firstNames, { firstNames: zone.firstNames, truncated: zone.truncated })
    : true;
}

function accented(zone: Zone, { firstNames, lastName }: Printed): DocumentFields {
  if (firstNames && lastName && standsInZone(zone.names, { firstNames, lastName }))
    return { firstNames, lastName };
  // Of given names the zone may have more: then they stand there because the printed line was not read to its end.
  const more = firstNames && words(firstNames) >= words(zone.firstNames);
  return { ...(lastName ? { lastName } : {}), ...(firstNames && more ? { firstNames } : {}) };
}

const words = (text: string) => text.split(/[\s-]+/).filter(Boolean).length;

function sameFacts(zone: Loose, paper: Loose): boolean {
  const differs = (name: keyof DocumentFields, of: (text: string) => string = (text) => text) => {
    const [a, b] = [zone[name], paper[name]];
    return a !== undefined && b !== undefined && of(a) !== of(b);
  };
  return !differs('documentNumber', plainNumber) && !differs('birthDate') && !differs('expiresOn');
}

type Loose = { [name in keyof DocumentFields]?: string | undefined };

function defined(fields: Loose): DocumentFields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as DocumentFields;
}
