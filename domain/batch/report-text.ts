/** Text as HTML shows it, in elements and in attributes. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const DAY_MS = 86_400_000;

/** Values for people, the same whatever the machine's language and time zone. */
export const say = {
  /** 1234567 → `1,234,567`. */
  count: (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ','),
  /** Three digits or so. */
  number: (value: number): string =>
    Math.abs(value) >= 100 ? say.count(value) : String(Number(value.toPrecision(3))),
  /** 0.0123 → `1.23 %`. */
  share: (value: number): string => `${say.number(value * 100)} %`,
  dollars: (value: number): string => `$${value.toFixed(2)}`,
  /** UTC. */
  time: (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`,
  /** As much of a time as a plot over `spanMs` needs. */
  clock: (at: number, spanMs: number): string => {
    const iso = new Date(at).toISOString();
    if (spanMs < 600_000) return iso.slice(11, 19);
    return spanMs < DAY_MS ? iso.slice(11, 16) : `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  },
  /** 93784000 ms → `1 d 2 h 3 min 4 s`. */
  duration: (ms: number): string => {
    const seconds = Math.round(ms / 1_000);
    const parts = [
      [Math.floor(seconds / 86_400), 'd'],
      [Math.floor(seconds / 3_600) % 24, 'h'],
      [Math.floor(seconds / 60) % 60, 'min'],
      [seconds % 60, 's'],
    ] as const;
    const told = parts.filter(([value]) => value > 0).map(([value, unit]) => `${value} ${unit}`);
    return told.join(' ') || '0 s';
  },
};
