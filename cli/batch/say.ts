const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });

/** `1,234,567`. */
export const sayCount = (count: number): string => whole.format(count);

/** `1 photo`, `1,000 photos`. */
export const sayMany = (count: number, one: string, many = `${one}s`): string =>
  `${sayCount(count)} ${count === 1 ? one : many}`;

/** US dollars: `$1,250.40`; what is less than a cent and not nothing as `under $0.01`. */
export const sayMoney = (dollars: number): string =>
  dollars > 0 && dollars < 0.005 ? 'under $0.01' : cents.format(dollars);

/** A share of 0–1: `0.4 %`, `37 %`. Only what is everything is 100 %. */
export function sayShare(share: number): string {
  const percent = Math.max(0, share) * 100;
  if (percent === 0) return '0 %';
  if (percent < 0.1) return 'under 0.1 %';
  const shown = percent < 10 ? Math.floor(percent * 10) / 10 : Math.floor(percent);
  return `${shown} %`;
}

/** Times a second: `0.4/s`, `48.7/s`, `1,200/s`. */
export const sayRate = (perSecond: number): string =>
  `${perSecond < 100 ? Math.round(perSecond * 10) / 10 : whole.format(perSecond)}/s`;

/** The two largest parts of a time: `8 s`, `4 min 5 s`, `3 h 12 min`, `2 d 5 h`. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND)) * SECOND;
  if (seconds < MINUTE) return `${seconds / SECOND} s`;
  if (seconds < HOUR) return pair(seconds, MINUTE, 'min', SECOND, 's');
  if (seconds < DAY) return pair(seconds, HOUR, 'h', MINUTE, 'min');
  return pair(seconds, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeName: string, small: number, smallName: string): string {
  const rest = Math.floor((ms % large) / small);
  return `${Math.floor(ms / large)} ${largeName}${rest > 0 ? ` ${rest} ${smallName}` : ''}`;
}

/** Thousands, as disks and S3 bill them: `0 bytes`, `4.2 MB`. */
export function sayBytes(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const amount = bytes / 1_000 ** power;
  return `${power === 0 || amount >= 100 ? whole.format(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}

/** A moment, ISO 8601, to the minute: `2026-11-24 14:46 UTC`. */
export const sayTime = (iso: string): string =>
  `${new Date(iso).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Text that somebody else chose (a key, a file's name, a line), so that it cannot steer the terminal it is shown on. */
export const sayText = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\p{Bidi_Control}]/gu, (char) => {
    const hex = char.codePointAt(0)?.toString(16) ?? '';
    return `\\u${hex.padStart(4, '0')}`;
  });

/** As an argument of a POSIX shell. */
export const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
