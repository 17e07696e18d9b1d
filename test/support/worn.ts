import sharp from 'sharp';

type Point = readonly [x: number, y: number];
/** Places on a face, in pixels, by Rekognition's names. */
export type Places = Readonly<Record<string, Point>>;

/** Rekognition's landmarks, which are ratios of the image, in pixels of `photo`. */
export async function placesOn(
  photo: Uint8Array,
  landmarks: readonly { Type?: string | undefined; X?: number | undefined; Y?: number | undefined }[],
): Promise<Places> {
  const { width, height } = await sharp(photo).metadata();
  return Object.fromEntries(
    landmarks.map(({ Type = '', X = 0, Y = 0 }) => [Type, [X * width, Y * height] as const]),
  );
}

/** The photo with a mask of cloth over nose, mouth and chin: drawn, shaded from the side, with straps to the ears. */
export async function masked(photo: Uint8Array, places: Places, colour = '#9cc4d8'): Promise<Buffer> {
  const at = picker(places);
  const eyes = between(at('eyeLeft'), at('eyeRight'), 0.5);
  const bridge = between(at('nose'), eyes, 0.35);
  const below = between(eyes, at('chinBottom'), 1.06);
  const [left, right] = (['Left', 'Right'] as const).map((side) => {
    const [ear, jaw] = [at(`upperJawline${side}`), at(`midJawline${side}`)];
    return { ear, jaw, top: between(ear, jaw, 0.35), chin: between(jaw, below, 0.75) };
  }) as [Side, Side];
  const outline = `M ${left.top} Q ${between(left.top, bridge, 0.6)} ${bridge} Q ${between(right.top, bridge, 0.6)} ${right.top}
    L ${right.jaw} Q ${right.chin} ${below} Q ${left.chin} ${left.jaw} Z`;
  const pleats = [0.4, 0.6, 0.8].map(
    (down) =>
      `<path d="M ${between(left.top, left.jaw, down)} Q ${between(bridge, below, down - 0.05)} ${between(right.top, right.jaw, down)}"
        fill="none" stroke="#000" stroke-opacity=".18" stroke-width="2"/>`,
  );
  const straps = [left, right].flatMap(({ ear, jaw, top }) =>
    [top, jaw].map((end) => `<path d="M ${end} L ${ear}" stroke="#eee" stroke-width="3"/>`),
  );
  return drawnOn(photo, [
    ...straps,
    `<path d="${outline}" fill="${colour}"/>`,
    ...pleats,
    `<path d="${outline}" fill="url(#shade)"/>`,
  ]);
}

interface Side {
  ear: Point;
  jaw: Point;
  top: Point;
  chin: Point;
}

/** The photo with dark glasses: two lenses with a shine, a bridge and temples. */
export async function inSunglasses(photo: Uint8Array, places: Places, colour = '#101014'): Promise<Buffer> {
  const at = picker(places);
  const [one, other] = [at('eyeLeft'), at('eyeRight')];
  const apart = Math.hypot(other[0] - one[0], other[1] - one[1]);
  const turn = (Math.atan2(other[1] - one[1], other[0] - one[0]) * 180) / Math.PI;
  const lens = ([x, y]: Point): string => {
    const [width, height] = [apart * 0.8, apart * 0.6];
    const box = `x="${-width / 2}" y="${-height * 0.45}" width="${width}" height="${height}" rx="${height * 0.35}"`;
    return `<g transform="translate(${x} ${y}) rotate(${turn})">
      <rect ${box} fill="${colour}" fill-opacity=".95" stroke="#000" stroke-width="${apart / 30}"/>
      <ellipse cx="${width * 0.2}" cy="${-height * 0.2}" rx="${width * 0.15}" ry="${height * 0.07}" fill="#fff" fill-opacity=".25"/></g>`;
  };
  const bar = (from: Point, to: Point) =>
    `<path d="M ${from} L ${to}" stroke="#000" stroke-width="${apart / 12}"/>`;
  return drawnOn(photo, [
    bar(one, other),
    bar(at('upperJawlineLeft'), one),
    bar(other, at('upperJawlineRight')),
    lens(one),
    lens(other),
  ]);
}

const picker =
  (places: Places) =>
  (name: string): Point => {
    const place = places[name];
    if (!place) throw new Error(`No landmark ${name}: was there a face?`);
    return place;
  };

function between(from: Point, to: Point, share: number): Point {
  return [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
}

async function drawnOn(photo: Uint8Array, shapes: readonly string[]): Promise<Buffer> {
  const { width, height } = await sharp(photo).metadata();
  const shade = [
    ['0', '#000', '.35'],
    ['.3', '#000', '.02'],
    ['.55', '#fff', '.12'],
    ['1', '#000', '.3'],
  ].map(([at, colour, share]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${share}"/>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="shade">${shade.join('')}</linearGradient>${shapes.join('')}</svg>`;
  return sharp(photo)
    .composite([{ input: Buffer.from(svg) }])
    .jpeg({ quality: 90 })
    .toBuffer();
}
