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

/** Letters and digits of a number. O and 0, I and 1 are one: people and readers take either for the other. */
export function plainNumber(number: string): string {
  return number
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0')
    .replaceAll('I', '1');
}
