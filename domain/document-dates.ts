/** In which order a date of numbers stands on a document. */
export type DateOrder = 'month_first' | 'day_first';

/** Abbreviations of months on documents, in languages whose documents say them beside or instead of English ones. */
const MONTHS: readonly RegExp[] = [
  /^(JAN|GEN|ENE)/,
  /^(FEB|FEV)/,
  /^(MAR|MRT|MAE)/,
  /^(APR|AVR|ABR)/,
  /^(MAY|MAI|MAG|MEI)/,
  /^(JUN|JUIN|GIU)/,
  /^(JUL|JUIL|LUG)/,
  /^(AUG|AOU|AGO)/,
  /^(SEP|SET)/,
  /^(OCT|OKT|OTT|OUT)/,
  /^(NOV)/,
  /^(DEC|DEZ|DIC)/,
];

const NUMBERS = /(?<!\d)(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4})(?!\d)/;
const YEAR_FIRST = /(?<!\d)(\d{4})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{1,2})(?!\d)/;
const DAY_MONTH =
  /(?<!\d)(\d{1,2})[-/. ]?\s?([\p{L}]{3,})\.?(?:\s?\/\s?[\p{L}]{3,}\.?)?[-/. ]?\s?(\d{4})(?!\d)/u;
const MONTH_DAY = /(?<!\p{L})([\p{L}]{3,})\.?\s?(\d{1,2}),?\s?(\d{4})(?!\d)/u;
const YEAR_MONTH_DAY = /(?<!\d)(\d{4})[-/. ]?\s?([\p{L}]{3,})\.?[-/. ]?\s?(\d{1,2})(?!\d)/u;

/** Does the text hold a date at all? */
export function holdsDate(text: string): boolean {
  return [NUMBERS, YEAR_FIRST].some((form) => form.test(text)) || spelledDate(text) !== undefined;
}

/**
 * A date as it is printed, as YYYY-MM-DD; undefined where there is none, or where it could be two and `order` is not known.
 */
export function printedDate(text: string, order: DateOrder | undefined): string | undefined {
  const spelled = spelledDate(text);
  if (spelled) return spelled;
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) return isoDate(yearFirst[1], yearFirst[2], yearFirst[3]);
  const numbers = NUMBERS.exec(text);
  if (!numbers) return undefined;
  const [, first, second, year] = numbers;
  const monthFirst = isoDate(year, first, second);
  const dayFirst = isoDate(year, second, first);
  if (monthFirst === undefined || dayFirst === undefined || monthFirst === dayFirst)
    return monthFirst ?? dayFirst;
  if (order === undefined) return undefined;
  return order === 'month_first' ? monthFirst : dayFirst;
}

/**
 * The order of the dates on a document: that of its country (the United States and their territories write the month first);
 * where that is not known, that of another of its dates which can be read in one way only.
 */
export function orderOf(country: string | undefined, dates: readonly string[]): DateOrder | undefined {
  if (country !== undefined) return MONTH_FIRST.has(country) ? 'month_first' : 'day_first';
  for (const text of dates) {
    const numbers = NUMBERS.exec(text);
    if (!numbers || YEAR_FIRST.test(text)) continue;
    if (Number(numbers[1]) > 12) return 'day_first';
    if (Number(numbers[2]) > 12) return 'month_first';
  }
  return undefined;
}

const MONTH_FIRST = new Set(['USA', 'ASM', 'GUM', 'MNP', 'PRI', 'VIR', 'FSM', 'PLW', 'MHL']);

/**
 * YYMMDD of a machine-readable zone as YYYY-MM-DD. A birth is not in the future; an expiry is at most fifty years from now.
 * @param today YYYY-MM-DD
 */
export function zoneDate(text: string, of: 'birth' | 'expiry', today: string): string | undefined {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  const inThisCentury = isoDate(`20${year}`, month, day);
  const latest = of === 'birth' ? today : `${Number(today.slice(0, 4)) + 50}-12-31`;
  if (inThisCentury !== undefined && inThisCentury <= latest) return inThisCentury;
  return isoDate(`19${year}`, month, day);
}

function spelledDate(text: string): string | undefined {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  const dayMonth = DAY_MONTH.exec(plain);
  if (dayMonth) return isoDate(dayMonth[3], monthOf(dayMonth[2]), dayMonth[1]);
  const monthDay = MONTH_DAY.exec(plain);
  if (monthDay) return isoDate(monthDay[3], monthOf(monthDay[1]), monthDay[2]);
  const yearFirst = YEAR_MONTH_DAY.exec(plain);
  return yearFirst ? isoDate(yearFirst[1], monthOf(yearFirst[2]), yearFirst[3]) : undefined;
}

function monthOf(name = ''): string | undefined {
  const at = MONTHS.findIndex((month) => month.test(name));
  return at < 0 ? undefined : String(at + 1);
}

/** Undefined for a day that no calendar has. */
function isoDate(year = '', month = '', day = ''): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const time = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text ? undefined : text;
}
