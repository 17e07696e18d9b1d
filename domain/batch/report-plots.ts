import { escapeHtml, say } from './report-text.js';

/** A line of a plot: values over time. */
export interface Series {
  name: string;
  /** Each holds from its time to the next one's, the last to the plot's end. Milliseconds since the epoch, in order. */
  steps: readonly { at: number; value: number }[];
}

/** A moment that is marked in a plot. */
export interface Mark {
  at: number;
  text: string;
}

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 56;
const RIGHT = 12;
const TOP = 14;
const BOTTOM = 26;
const inner = { width: WIDTH - LEFT - RIGHT, height: HEIGHT - TOP - BOTTOM };

/** Values over time as steps, up to three series. */
export function timePlot(
  title: string,
  {
    from,
    to,
    series,
    marks,
    unit,
  }: { from: number; to: number; series: readonly Series[]; marks: readonly Mark[]; unit: string },
): string {
  const span = Math.max(1, to - from);
  const x = (at: number) => LEFT + (inner.width * Math.min(span, Math.max(0, at - from))) / span;
  const top = ceiling(Math.max(0, ...series.flatMap(({ steps }) => steps.map(({ value }) => value))));
  const y = (value: number) => TOP + inner.height * (1 - value / top);
  const line = ({ steps }: Series, at: number) => {
    const points = steps.flatMap((step, index) => [
      `${round(x(step.at))},${round(y(step.value))}`,
      `${round(x(steps[index + 1]?.at ?? to))},${round(y(step.value))}`,
    ]);
    return `<polyline class="s${at % 3}" points="${points.join(' ')}"/>`;
  };
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const at = from + span * share;
    return label(
      x(at),
      HEIGHT - 8,
      share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      say.clock(at, span),
    );
  });
  const marked = marks.map(
    ({ at, text }) =>
      `<line class="mark" x1="${round(x(at))}" x2="${round(x(at))}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"><title>${escapeHtml(text)}</title></line>`,
  );
  const legend = series.length > 1 ? ` <small>${series.map(legendOf).join(' ')}</small>` : '';
  return figure(title + legendText(series), `${escapeHtml(title)}${legend}`, HEIGHT, [
    ...grid(top, unit, y),
    ...times,
    ...marked,
    ...series.map(line),
  ]);
}

/** One bar a row, the longest at most as wide as the plot. */
export function rowPlot(
  title: string,
  rows: readonly { name: string; note: string; value: number }[],
): string {
  const [height, names] = [22, 190];
  const most = Math.max(1, ...rows.map(({ value }) => value));
  const width = (value: number) => ((WIDTH - names - 90) * value) / most;
  const bars = rows.map(({ name, note, value }, at) => {
    const y = at * height + 4;
    return (
      `<g><title>${escapeHtml(note)}</title>${label(names - 8, y + 13, 'end', name)}` +
      `<rect class="s0" x="${names}" y="${y}" width="${round(Math.max(1, width(value)))}" height="${height - 6}"/>` +
      `${label(names + width(value) + 6, y + 13, 'start', say.count(value))}</g>`
    );
  });
  return figure(title, escapeHtml(title), rows.length * height + 8, bars);
}

/** One bar a column, with its name under it. */
export function columnPlot(title: string, columns: readonly { name: string; value: number }[]): string {
  const top = ceiling(Math.max(0, ...columns.map(({ value }) => value)));
  const y = (value: number) => TOP + inner.height * (1 - value / top);
  const step = inner.width / Math.max(1, columns.length);
  const bars = columns.map(({ name, value }, at) => {
    const x = LEFT + at * step;
    const bar = Math.min(60, step * 0.8);
    const left = x + (step - bar) / 2;
    return (
      `<rect class="s0" x="${round(left)}" y="${round(y(value))}" width="${round(bar)}" height="${round(HEIGHT - BOTTOM - y(value))}">` +
      `<title>${escapeHtml(`${name}: ${say.count(value)}`)}</title></rect>${label(x + step / 2, HEIGHT - 8, 'middle', name)}`
    );
  });
  return figure(title, escapeHtml(title), HEIGHT, [...grid(top, '', y), ...bars]);
}

function figure(alt: string, caption: string, height: number, parts: readonly string[]): string {
  return (
    `<figure><figcaption>${caption}</figcaption>` +
    `<svg role="img" aria-label="${escapeHtml(alt)}" viewBox="0 0 ${WIDTH} ${height}">${parts.join('')}</svg></figure>`
  );
}

const legendOf = ({ name }: Series, at: number) => `<span class="k${at % 3}">■</span> ${escapeHtml(name)}`;
const legendText = (series: readonly Series[]) => `: ${series.map(({ name }) => name).join(', ')}`;

function grid(top: number, unit: string, y: (value: number) => number): string[] {
  return [0, 0.5, 1].map((share) => {
    const at = round(y(top * share));
    return (
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${at}" y2="${at}"/>` +
      label(LEFT - 6, at + 4, 'end', say.number(top * share) + unit)
    );
  });
}

const label = (x: number, y: number, anchor: 'start' | 'middle' | 'end', text: string) =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}">${escapeHtml(text)}</text>`;

/** The next of 1, 2, 5, 10, 20, … that is not below. */
function ceiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((each) => each * power >= value) ?? 10) * power;
}

const round = (value: number) => Math.round(value * 10) / 10;
