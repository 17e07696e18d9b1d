import type { PageText } from '../text/text-engine.js';
import { addressFields } from './address.js';
import { dateIn, zoneDate } from './dates.js';
import { labelledValues, type Value } from './labelled-values.js';
import { DATES, FIELD_TYPES, type FieldType } from './labels.js';
import { type Piece, piecesOf } from './pieces.js';
import { US_STATES } from './us-states.js';
import { type Zone, zoneOf } from './zone.js';

const SUFFIXES: ReadonlySet<string> = new Set(['JR', 'SR', 'II', 'III', 'IV', 'V']);
/** Of an empty field: the real service is about so sure that there is none. */
const SURE = 99;

/**
 * What AnalyzeID tells of a page: every type, with an empty text where nothing was found. What is printed counts; the
 * machine-readable zone fills the gaps.
 */
export function identityFields(page: PageText): object[] {
  const pieces = piecesOf(page);
  const zone = zoneOf(page);
  const labelled = labelledValues(pieces);
  const values = new Map<FieldType, Value>([
    ...(zone ? zoneFields(zone) : []),
    ...labelled,
    ...addressFields(pieces, labelled.get('ADDRESS')),
    ...stateAndVeteran(pieces),
    ['ID_TYPE', idType(pieces, zone)],
  ]);
  splitGivenNames(values);
  const number = values.get('DOCUMENT_NUMBER');
  if (number) values.set('DOCUMENT_NUMBER', { ...number, text: number.text.replaceAll(' ', '') });
  return FIELD_TYPES.map((type) => field(type, values.get(type)));
}

function field(type: FieldType, { text, confidence }: Value = { text: '', confidence: SURE }): object {
  const date = DATES.has(type) ? dateIn(text) : undefined;
  return {
    Type: { Text: type },
    ValueDetection: {
      Text: text,
      ...(date ? { NormalizedValue: { Value: `${date}T00:00:00`, ValueType: 'DATE' } } : {}),
      Confidence: confidence,
    },
  };
}

function zoneFields({ lines, confidence, parsed: { fields } }: Zone): [FieldType, Value][] {
  const { lastName, firstName, documentNumber, birthDate, expirationDate } = fields;
  const found: [FieldType, string | null | undefined][] = [
    ['MRZ_CODE', lines.join('\n')],
    ['LAST_NAME', lastName],
    ['FIRST_NAME', firstName],
    ['DOCUMENT_NUMBER', documentNumber],
    ['DATE_OF_BIRTH', zoneDate(birthDate ?? '', 'birth')],
    ['EXPIRATION_DATE', zoneDate(expirationDate ?? '', 'expiry')],
  ];
  return found.flatMap(([type, text]) => (text ? [[type, { text, confidence }]] : []));
}

/** The first given name, the others as middle names, and a suffix, which licences print behind either. */
function splitGivenNames(values: Map<FieldType, Value>): void {
  for (const type of ['LAST_NAME', 'FIRST_NAME'] as const) {
    const value = values.get(type);
    if (!value) continue;
    const names = value.text.split(/[\s,]+/).filter(Boolean);
    const last = names.at(-1)?.replace('.', '').toUpperCase() ?? '';
    if (names.length > 1 && SUFFIXES.has(last)) {
      names.pop();
      values.set('SUFFIX', { ...value, text: last });
    }
    if (type === 'LAST_NAME') values.set(type, { ...value, text: names.join(' ') });
    else {
      const [first = '', ...middle] = names;
      values.set('FIRST_NAME', { ...value, text: first });
      if (middle.length > 0) values.set('MIDDLE_NAME', { ...value, text: middle.join(' ') });
    }
  }
}

function stateAndVeteran(pieces: readonly Piece[]): [FieldType, Value][] {
  const said = (test: (text: string) => boolean) => pieces.find(({ text }) => test(text.toUpperCase()));
  const state = said((text) => US_STATES.has(text));
  const veteran = said((text) => text === 'VETERAN');
  return [
    ...(state ? [['STATE_NAME', state] as const] : []),
    ...(veteran ? [['VETERAN', veteran] as const] : []),
  ].map(([type, { text, confidence }]) => [type, { text, confidence }]);
}

/** As the real service names it: it knows US licences and passports. */
function idType(pieces: readonly Piece[], zone: Zone | undefined): Value {
  const titles = pieces.map(({ text }) => text.toUpperCase());
  if (zone?.parsed.format === 'TD3' || titles.some((text) => /^(U\.?S\.? )?PASSPORT$/.test(text)))
    return { text: 'PASSPORT', confidence: zone?.confidence ?? SURE };
  const licence = titles.some((text) => /DRIV(ER|ING)('?S)?\s*LICEN[CS]E/.test(text));
  return { text: licence ? 'DRIVER LICENSE FRONT' : 'UNKNOWN', confidence: SURE };
}
