/** Side of the windows that are looked at, in pixels. */
export const WINDOW = 128;

const HALF = WINDOW / 2;
/** Lower frequencies are what a face is made of, in cycles a window. */
const LOWEST = Math.ceil(0.08 * WINDOW);
/** So close to an axis lie the edges of the window, and of upright and level things. */
const AXIS = 2;
/** What is upright or level must stand out by this much more (decimal logarithm): rooms and clothes are so too. */
const UPRIGHT = 0.2;
/** JPEG blocks of 8 pixels repeat so often a window. */
const BLOCKS = WINDOW / 8;
/** Added to the median: no ratio to next to nothing. */
const FLOOR = 1e-3 * WINDOW ** 2;

const FADE = Float64Array.from({ length: WINDOW }, (_, i) => Math.sin((Math.PI * (i + 0.5)) / WINDOW) ** 2);
const COS = Float64Array.from({ length: HALF }, (_, i) => Math.cos((2 * Math.PI * i) / WINDOW));
const SIN = Float64Array.from({ length: HALF }, (_, i) => -Math.sin((2 * Math.PI * i) / WINDOW));

/** Bins of one distance from the middle, in the half of the spectrum that a real signal has, as indices. */
interface Ring {
  all: number[];
  slanted: number[];
  /** Upright and level ones, without those of JPEG blocks. */
  upright: number[];
}
const RINGS = rings();

/** Adds the power spectrum of `values`, WINDOW x WINDOW of them, to `sum`. Fades them towards the edge. */
export function addPower(values: Float64Array, sum: Float64Array): void {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const imaginary = new Float64Array(WINDOW ** 2);
  const real = values.map((value, i) => {
    return (value - mean) * (FADE[i % WINDOW] as number) * (FADE[Math.floor(i / WINDOW)] as number);
  });
  for (let line = 0; line < WINDOW; line++) transform(real, imaginary, line * WINDOW, 1);
  for (let column = 0; column < WINDOW; column++) transform(real, imaginary, column, WINDOW);
  for (let i = 0; i < sum.length; i++)
    (sum[i] as number) += (real[i] as number) ** 2 + (imaginary[i] as number) ** 2;
}

/**
 * How far the strongest single frequency stands out of the others as high, as the decimal logarithm of a ratio of powers.
 * Grain, hair and noise reach 0.7-1.4, a regular pattern 1.5-4. `upright`: upright and level patterns count too; not for
 * colours, which JPEG keeps in coarser blocks.
 */
export function strongestPeak(power: Float64Array, { upright }: { upright: boolean }): number {
  let peak = 0;
  for (const ring of RINGS) {
    const { all, slanted } = ring;
    const sorted = all.map((bin) => power[bin] as number).sort((a, b) => a - b);
    const usual = (sorted[sorted.length >> 1] as number) + FLOOR;
    for (const bin of slanted) peak = Math.max(peak, (power[bin] as number) / usual);
    if (upright)
      for (const bin of ring.upright) peak = Math.max(peak, (power[bin] as number) / usual / 10 ** UPRIGHT);
  }
  return Math.log10(Math.max(1, peak));
}

/** Fast Fourier transform (Cooley and Tukey 1965), in place, of WINDOW values from `start` that lie `stride` apart. */
function transform(real: Float64Array, imaginary: Float64Array, start: number, stride: number): void {
  const swap = (values: Float64Array, i: number, j: number): void => {
    const kept = values[start + i * stride] as number;
    values[start + i * stride] = values[start + j * stride] as number;
    values[start + j * stride] = kept;
  };
  for (let i = 1, j = 0; i < WINDOW; i++) {
    let bit = HALF;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      swap(real, i, j);
      swap(imaginary, i, j);
    }
  }
  for (let half = 1; half < WINDOW; half *= 2) {
    for (let k = 0; k < half; k++) {
      const cos = COS[(k * HALF) / half] as number;
      const sin = SIN[(k * HALF) / half] as number;
      for (let i = k; i < WINDOW; i += 2 * half) {
        const p = start + i * stride;
        const q = p + half * stride;
        const re = (real[q] as number) * cos - (imaginary[q] as number) * sin;
        const im = (real[q] as number) * sin + (imaginary[q] as number) * cos;
        real[q] = (real[p] as number) - re;
        imaginary[q] = (imaginary[p] as number) - im;
        (real[p] as number) += re;
        (imaginary[p] as number) += im;
      }
    }
  }
}

function rings(): Ring[] {
  const found: Ring[] = [];
  for (let y = -HALF; y < HALF; y++) {
    for (let x = 0; x <= HALF; x++) {
      const distance = Math.round(Math.hypot(x, y));
      if (distance < LOWEST || distance > HALF) continue;
      const bin = ((y + WINDOW) % WINDOW) * WINDOW + x;
      found[distance] ??= { all: [], slanted: [], upright: [] };
      found[distance].all.push(bin);
      if (x > AXIS && Math.abs(y) > AXIS) found[distance].slanted.push(bin);
      else if (!ofBlocks(x > AXIS ? x : Math.abs(y))) found[distance].upright.push(bin);
    }
  }
  return found.slice(LOWEST);
}

function ofBlocks(frequency: number): boolean {
  const beyond = frequency % BLOCKS;
  return beyond <= 1 || beyond >= BLOCKS - 1;
}
