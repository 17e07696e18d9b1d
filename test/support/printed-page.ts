import sharp from 'sharp';

/** How a text is set; sizes in pixels. */
interface Type {
  size?: number;
  bold?: boolean;
  colour?: string;
  mono?: boolean;
}

/** How the document was photographed. */
export interface Look {
  /** Degrees clockwise, on a dark table; 0 by default: a scan without margins. */
  tilt?: number;
  /** Standard deviation of a Gaussian blur in pixels, 0 by default. */
  blur?: number;
  /** Share of the rendered size, 1 by default (300 dots an inch). */
  scale?: number;
}

/** A page to print on. Positions are the left end of the base line, in pixels. */
export interface Canvas {
  text(x: number, y: number, text: string, type?: Type): void;
  /** A label and, right of it, its value. */
  beside(x: number, y: number, label: string, value: string, type?: Type): void;
  /** A label and, under it, its value. */
  above(x: number, y: number, label: string, value: string): void;
  /** Lines of a machine-readable zone, ten characters an inch. */
  zone(y: number, lines: readonly string[]): void;
  /** The page as a PNG, `pictures` first. */
  print(pictures: readonly { input: Buffer; left: number; top: number }[]): Promise<Buffer>;
}

const PITCH = 30; // 2.54 mm at 300 dpi
const ZONE_LINE = 72;

/** An empty page with a pale pattern of waves under everything, as documents have. */
export function canvas({ width, height }: { width: number; height: number }, background: string): Canvas {
  const parts: string[] = [];
  const text: Canvas['text'] = (x, y, content, { size = 34, bold, colour = '#16161c', mono } = {}) => {
    const family = mono ? 'DejaVu Sans Mono, monospace' : 'DejaVu Sans, sans-serif';
    const weight = bold ? 'bold' : 'normal';
    parts.push(
      `<text x="${x}" y="${y}" font-family="${family}" font-size="${size}" font-weight="${weight}" fill="${colour}">${escaped(content)}</text>`,
    );
  };
  const svg = (body: string) =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${body}</svg>`);
  return {
    text,
    beside(x, y, label, value, type) {
      text(x, y, label, { size: 20, colour: '#34415a' });
      text(x + 16 + label.length * 12, y, value, type);
    },
    above(x, y, label, value) {
      text(x, y, label, { size: 20, colour: '#34415a' });
      text(x, y + 38, value);
    },
    zone(y, lines) {
      lines.forEach((line, row) => {
        const left = (width - line.length * PITCH) / 2;
        // Each character in its place: the pitch is right whatever font is found.
        [...line].forEach((character, column) => {
          text(left + column * PITCH, y + row * ZONE_LINE, character, { size: 42, mono: true });
        });
      });
    },
    async print(pictures) {
      await fontIsThere();
      return sharp({ create: { width, height, channels: 3, background } })
        .composite([
          { input: svg(waves(width, height)), left: 0, top: 0 },
          ...pictures,
          { input: svg(parts.join('')), left: 0, top: 0 },
        ])
        .png()
        .toBuffer();
    },
  };
}

/** The page as a camera or scanner sees it, a JPEG. */
export async function taken(page: Buffer, { tilt = 0, blur = 0, scale = 1 }: Look): Promise<Buffer> {
  let image = sharp(page);
  const { width } = await image.metadata();
  if (tilt !== 0) {
    const margin = { top: 40, bottom: 40, left: 40, right: 40, background: '#3c3530' };
    image = sharp(await image.extend(margin).toBuffer()).rotate(tilt, { background: '#3c3530' });
  }
  if (scale !== 1) image = sharp(await image.png().toBuffer()).resize(Math.round(width * scale));
  if (blur > 0) image = image.blur(blur);
  return image.jpeg({ quality: 92 }).toBuffer();
}

function waves(width: number, height: number): string {
  const paths: string[] = [];
  for (let y = -20; y < height + 20; y += 16) {
    const steps = Array.from({ length: Math.ceil(width / 80) }, () => 't 80 0').join(' ');
    paths.push(`<path d="M 0 ${y} q 40 -24 80 0 ${steps}"/>`);
  }
  return `<g fill="none" stroke="#8899bb" stroke-opacity="0.25" stroke-width="1">${paths.join('')}</g>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

let font: Promise<void> | undefined;

/**
 * Throws an Error that says what to install when librsvg finds no font: it then draws nothing, or the same box for every
 * letter, and a document nobody can read would look like a fault of the reader.
 */
function fontIsThere(): Promise<void> {
  font ??= (async () => {
    const [narrow, wide] = await Promise.all(['l', 'M'].map(ink));
    if ((narrow ?? 0) > 0 && (wide ?? 0) > 1.3 * (narrow ?? 0)) return;
    throw new Error(
      'No font was found to print documents with. Install one, e.g. "apt-get install fonts-dejavu-core".',
    );
  })();
  return font;
}

async function ink(letter: string): Promise<number> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60"><text x="5" y="50" font-family="DejaVu Sans, sans-serif" font-size="48">${letter}</text></svg>`;
  const { data } = await sharp(Buffer.from(svg))
    .extractChannel('alpha')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return data.reduce((sum, value) => sum + value, 0);
}
