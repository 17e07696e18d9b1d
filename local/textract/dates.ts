const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** The date in a text, `YYYY-MM-DD`, or undefined. Reads 08/12/1974 (month first), 12 AUG 1974 and 1974-08-12. */
export function dateIn(text: string): string | undefined {
  const upper = text.toUpperCase();
  const american = /(\d{1,2})\s*[/-]\s*(\d{1,2})\s*[/-]\s*(\d{4})/.exec(upper);
  if (american) return date(american[3], american[1], american[2]);
  const spelled = /(\d{1,2})[\s./-]*([A-Z]{3})[A-Z]*[\s./-]*(\d{4})/.exec(upper);
  if (spelled) return date(spelled[3], String(MONTHS.indexOf(spelled[2] as string) + 1), spelled[1]);
  const iso = /(\d{4})-(\d\d)-(\d\d)/.exec(upper);
  return iso ? date(iso[1], iso[2], iso[3]) : undefined;
}

/** YYMMDD of a machine-readable zone. Birth dates are past, expiries not long past: the century follows. */
export function zoneDate(text: string, kind: 'birth' | 'expiry', now = new Date()): string | undefined {
  const [, yy, month, day] = /^(\d\d)(\d\d)(\d\d)$/.exec(text) ?? [];
  if (yy === undefined) return undefined;
  const thisYear = now.getUTCFullYear();
  const latest = kind === 'birth' ? thisYear : thisYear + 50;
  let year = Math.floor(latest / 100) * 100 + Number(yy);
  if (year > latest) year -= 100;
  return date(String(year), month, day);
}

function date(year = '', month = '', day = ''): string | undefined {
  const text = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : undefined;
}
