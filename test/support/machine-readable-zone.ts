/** Formats of ICAO Doc 9303: TD1 is a card of three lines, TD2 a larger one of two, TD3 a passport. */
export type MrzFormat = 'TD1' | 'TD2' | 'TD3';

/** Which check digit is to be wrong. */
export type CheckDigit = 'documentNumber' | 'birthDate' | 'expirationDate' | 'composite';

/** What a machine-readable zone says of its holder. Dates are YYYY-MM-DD; countries are codes of Doc 9303 part 3. */
export interface MrzData {
  /** `P` for a passport, `ID` or `I` for a card. */
  documentCode: string;
  issuingState: string;
  nationality: string;
  surname: string;
  givenNames: string;
  /** 1-9 letters and digits. */
  documentNumber: string;
  birthDate: string;
  sex: 'M' | 'F' | 'X';
  expirationDate: string;
  /** Printed in the optional data. */
  personalNumber?: string;
}

/**
 * The lines of the zone, check digits computed (ICAO Doc 9303 part 3, 4.9: weights 7, 3, 1). `broken` makes one of them
 * wrong; the composite is then computed over the wrong one, so that only the named digit fails.
 */
export function mrzLines(format: MrzFormat, data: MrzData, broken?: CheckDigit): string[] {
  const digit = (name: CheckDigit, text: string) =>
    broken === name ? String((Number(checkDigit(text)) + 1) % 10) : checkDigit(text);
  const withDigit = (name: CheckDigit, text: string) => text + digit(name, text);

  const number = withDigit('documentNumber', filled(data.documentNumber, 9));
  const birth = withDigit('birthDate', shortDate(data.birthDate));
  const expiry = withDigit('expirationDate', shortDate(data.expirationDate));
  const nationality = filled(data.nationality, 3);
  const sex = data.sex === 'X' ? '<' : data.sex;
  const head = filled(data.documentCode, 2) + filled(data.issuingState, 3);
  const names = `${filled(data.surname)}<<${filled(data.givenNames)}`;
  const own = data.personalNumber ?? '';

  if (format === 'TD1') {
    const first = filled(own, 15);
    const second = filled('', 11);
    const composite = digit('composite', number + first + birth + expiry + second);
    return [
      head + number + first,
      birth + sex + expiry + nationality + second + composite,
      fitted(names, 30),
    ];
  }
  if (format === 'TD2') {
    const optional = filled(own, 7);
    const composite = digit('composite', number + birth + expiry + optional);
    return [fitted(head + names, 36), number + nationality + birth + sex + expiry + optional + composite];
  }
  const personal = filled(own, 14);
  const optional = personal + (own ? checkDigit(personal) : '<');
  const composite = digit('composite', number + birth + expiry + optional);
  return [fitted(head + names, 44), number + nationality + birth + sex + expiry + optional + composite];
}

/** Weights 7, 3, 1 over 0-9 as they are, A-Z as 10-35, `<` as 0, modulo 10. */
function checkDigit(text: string): string {
  const sum = [...text].reduce((total, character, i) => {
    const value = character === '<' ? 0 : Number.parseInt(character, 36);
    return total + value * ([7, 3, 1][i % 3] as number);
  }, 0);
  return String(sum % 10);
}

/** Letters as the zone writes them: without accents, everything else a filler (Doc 9303 part 3, section 6). */
function filled(text: string, length = 0): string {
  const plain = text
    .replaceAll('ß', 'SS')
    .normalize('NFD')
    .replace(/\p{M}|'/gu, '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '<');
  return length === 0 ? plain : fitted(plain, length);
}

const fitted = (text: string, length: number): string => text.slice(0, length).padEnd(length, '<');

/** YYMMDD */
const shortDate = (date: string): string => date.slice(2).replaceAll('-', '');
