import { photograph, type Surface } from './rephotograph.js';

/**
 * `photo` (JPEG or PNG) as a camera would take it from a display or from paper: a made-up attack for measurements, the
 * same one for the same seed. Screen size, dots, light, angle, blur, noise and JPEG quality are drawn from the seed.
 */
export function spoof(kind: 'screen' | 'print', photo: Uint8Array, seed: number): Promise<Buffer> {
  return photograph(photo, kind === 'screen' ? display : paper, seed);
}

/**
 * An LCD: each pixel is a red, a green and a blue stripe with dark gaps, which beat with the camera's pixels (moiré).
 * Black is not black, white is bluish, the contrast is its own; a dark bezel lies around it, and light glares on it.
 */
const display: Surface = (picture, next) => {
  const pixels = (400 + 900 * next()) / picture.height; // of the display, a pixel of the photo
  const gain = [0.86 + 0.12 * next(), 0.97, 1.02 + 0.16 * next()] as const;
  const black = 0.008 + 0.03 * next();
  const gamma = 0.9 + 0.35 * next();
  const gap = 0.08 + 0.2 * next();
  const bezel = 0.03 + 0.05 * next();
  const shine = 3 / (1 - gap) ** 2; // what the dark parts take away, the backlight makes up for
  const response = Float32Array.from({ length: 1024 }, (_, i) => ((i / 1023) ** gamma + black) * shine);
  return {
    margin: bezel,
    glare: 0.1 + 0.35 * next(),
    at(u, v, out) {
      if (!picture.holds(u, v)) {
        out.fill(0.012);
        return;
      }
      const x = u * pixels;
      const y = v * pixels;
      picture.read((Math.floor(x) + 0.5) / pixels, (Math.floor(y) + 0.5) / pixels, out);
      const stripe = (x - Math.floor(x)) * 3;
      const colour = Math.floor(stripe);
      const lit = stripe - colour > gap && y - Math.floor(y) > gap;
      const light = lit ? (response[Math.floor((out[colour] as number) * 1023)] as number) : 0;
      for (let c = 0; c < 3; c++) out[c] = c === colour ? light * (gain[c] as number) : 0;
    },
  };
};

/** Angles of the dots of cyan, magenta, yellow and black, in degrees, as printers set them. */
const ANGLES = [15, 75, 0, 45].map((degrees) => {
  const angle = (degrees / 180) * Math.PI;
  return [Math.cos(angle), Math.sin(angle)] as const;
});
/** What each ink lets through of red, green and blue: no ink is pure, so the gamut is smaller. */
const INKS = Float32Array.of(0.1, 0.62, 0.85, 0.85, 0.12, 0.5, 0.96, 0.88, 0.12, 0.08, 0.08, 0.09);

/** Halftone dots of four inks on paper with a grain and a white border. */
const paper: Surface = (picture, next) => {
  const dots = (180 + 320 * next()) / picture.height; // of the raster, a pixel of the photo
  const white = [0.8 + 0.1 * next(), 0.79 + 0.1 * next(), 0.72 + 0.12 * next()] as const;
  const grain = 0.02 + 0.05 * next();
  const inks = new Float64Array(4);
  return {
    margin: 0.02 + 0.1 * next(),
    glare: 0.03 * next(),
    at(u, v, out) {
      const fibre = 1 - grain * noiseAt(Math.floor(u * 1.5), Math.floor(v * 1.5));
      if (!picture.holds(u, v)) {
        for (let c = 0; c < 3; c++) out[c] = (white[c] as number) * fibre;
        return;
      }
      picture.read(u, v, out);
      separate(out, inks);
      for (let c = 0; c < 3; c++) out[c] = (white[c] as number) * fibre;
      for (let i = 0; i < 4; i++) {
        const [cos, sin] = ANGLES[i] as readonly [number, number];
        const wave = cosine((u * cos - v * sin) * dots) + cosine((u * sin + v * cos) * dots);
        if ((inks[i] as number) <= 0.5 + wave / 4) continue;
        for (let c = 0; c < 3; c++) (out[c] as number) *= INKS[i * 3 + c] as number;
      }
    },
  };
};

/** Cyan, magenta, yellow and black, 0-1, for linear light. */
function separate(light: Float64Array, inks: Float64Array): void {
  for (let c = 0; c < 3; c++) inks[c] = 1 - (light[c] as number) ** 0.85;
  const black = 0.9 * Math.min(inks[0] as number, inks[1] as number, inks[2] as number);
  for (let c = 0; c < 3; c++) (inks[c] as number) -= black;
  inks[3] = black;
}

const COSINE = Float32Array.from({ length: 1024 }, (_, i) => Math.cos((i / 1024) * 2 * Math.PI));

/** Of `turns` of 360 degrees. */
function cosine(turns: number): number {
  return COSINE[Math.floor(turns * 1024) & 1023] as number;
}

/** The same number, 0-1, for the same point. */
function noiseAt(x: number, y: number): number {
  const mixed = Math.imul(Math.imul(x, 374_761_393) ^ Math.imul(y, 668_265_263), 1_274_126_177);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}
