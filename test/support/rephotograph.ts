import sharp from 'sharp';

/** A photo to be shown: linear light, by position in its pixels. */
interface Picture {
  width: number;
  height: number;
  holds(u: number, v: number): boolean;
  /** Bilinear; into `out`, red, green and blue. */
  read(u: number, v: number, out: Float64Array): void;
}

/** A thing that shows a picture: what light comes from each point of it, the picture itself at 0..width, 0..height. */
export type Surface = (
  picture: Picture,
  next: () => number,
) => {
  /** Of the surface around the picture, as a share of its height. */
  margin: number;
  /** Light that it throws back at the brightest spot, in linear light. */
  glare: number;
  at(u: number, v: number, out: Float64Array): void;
};

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The picture itself, as if the camera stood before what it shows. */
export const nothingBetween: Surface = (picture) => ({
  margin: 0,
  glare: 0,
  at: (u, v, out) => picture.read(u, v, out),
});

/** Samples a side of a camera pixel. */
const SAMPLES = 3;
/** Of the camera's image, in pixels. */
const SHORT = 512;
const LONG = 640;

/** A camera's JPEG of `surface` showing `photo`: angle, distance, blur, light, noise and quality drawn from the seed. */
export async function photograph(photo: Uint8Array, surface: Surface, seed: number): Promise<Buffer> {
  const next = random(seed * 7919 + 1);
  const picture = await open(photo);
  const shown = surface(picture, next);
  const filling = shown.margin === 0;
  const short = filling
    ? (LONG * Math.min(picture.width, picture.height)) / Math.max(picture.width, picture.height)
    : SHORT;
  const [width, height] = (picture.width > picture.height ? [LONG, short] : [short, LONG]).map(
    Math.round,
  ) as [number, number];
  const where = view(picture, width, height, filling, next);
  const step = (1 + 0.7 * next()) / SAMPLES; // the lens blurs over a little more than a pixel
  const spot = { x: width * next(), y: height * next() * 0.6, radius: width * (0.15 + 0.3 * next()) };
  const room = [0.1 + 0.3 * next(), 0.1 + 0.3 * next(), 0.08 + 0.3 * next()] as const;
  const sensor = 0.003 + 0.008 * next();
  const margin = shown.margin * picture.height;
  const bytes = Buffer.alloc(width * height * 3);
  const at = new Float64Array(2);
  const light = new Float64Array(3);
  const sum = new Float64Array(3);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 3) {
      sum.fill(0);
      for (let s = 0; s < SAMPLES ** 2; s++) {
        const right = (s % SAMPLES) - (SAMPLES - 1) / 2;
        const down = Math.floor(s / SAMPLES) - (SAMPLES - 1) / 2;
        where(x + 0.5 + right * step, y + 0.5 + down * step, at);
        const u = at[0] as number;
        const v = at[1] as number;
        const on = u > -margin && v > -margin && u < picture.width + margin && v < picture.height + margin;
        if (on || margin === 0) shown.at(u, v, light);
        else for (let c = 0; c < 3; c++) light[c] = room[c] as number;
        for (let c = 0; c < 3; c++) (sum[c] as number) += light[c] as number;
      }
      const far = ((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.radius ** 2;
      const glare = shown.glare * Math.exp(-far);
      for (let c = 0; c < 3; c++) {
        const mean = (sum[c] as number) / SAMPLES ** 2 + glare + sensor * (next() + next() - 1);
        bytes[p + c] = Math.round(255 * Math.min(1, Math.max(0, mean)) ** (1 / 2.2));
      }
    }
  }
  const raw = { width, height, channels: 3 } as const;
  return sharp(bytes, { raw })
    .jpeg({ quality: 78 + Math.round(16 * next()) })
    .toBuffer();
}

/** Camera pixels to picture pixels, by a plane seen a little from the side. `filling`: nothing is seen beside it. */
function view(
  picture: Picture,
  width: number,
  height: number,
  filling: boolean,
  next: () => number,
): (x: number, y: number, at: Float64Array) => void {
  const bound = filling ? Math.max : Math.min;
  const scale = bound(width / picture.width, height / picture.height) * (filling ? 1 : 0.75 + 0.4 * next());
  const turn = filling ? 0 : (next() - 0.5) * 0.16;
  const [cos, sin] = [Math.cos(turn) / scale, Math.sin(turn) / scale];
  const tiltX = filling ? 0 : ((next() - 0.5) * 0.24) / width;
  const tiltY = filling ? 0 : ((next() - 0.5) * 0.24) / height;
  const [dx, dy] = [next() - 0.5, next() - 0.5].map((shift) => (filling ? 0 : shift * 0.06));
  return (x, y, at) => {
    const cx = x - width * (0.5 + (dx as number));
    const cy = y - height * (0.5 + (dy as number));
    const depth = 1 + tiltX * cx + tiltY * cy;
    at[0] = picture.width / 2 + (cos * cx - sin * cy) / depth;
    at[1] = picture.height / 2 + (sin * cx + cos * cy) / depth;
  };
}

async function open(photo: Uint8Array): Promise<Picture> {
  const { data, info } = await sharp(photo)
    .autoOrient()
    .resize({ width: 640, height: 640, fit: 'inside', withoutEnlargement: true })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const linear = Float32Array.from({ length: 256 }, (_, i) => (i / 255) ** 2.2);
  const light = new Float32Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++)
      light[i * 3 + c] = linear[data[i * channels + (channels < 3 ? 0 : c)] as number] as number;
  }
  return {
    width,
    height,
    holds: (u, v) => u >= 0 && v >= 0 && u < width && v < height,
    read(u, v, out) {
      const x = Math.min(width - 1.001, Math.max(0, u - 0.5));
      const y = Math.min(height - 1.001, Math.max(0, v - 0.5));
      const x0 = Math.floor(x);
      const y0 = Math.floor(y);
      const fx = x - x0;
      const fy = y - y0;
      for (let c = 0, i = (y0 * width + x0) * 3; c < 3; c++, i++) {
        const below = i + width * 3;
        const top = (light[i] as number) * (1 - fx) + (light[i + 3] as number) * fx;
        const bottom = (light[below] as number) * (1 - fx) + (light[below + 3] as number) * fx;
        out[c] = top * (1 - fy) + bottom * fy;
      }
    },
  };
}
