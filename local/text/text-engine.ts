/** A point as ratios of the image's width and height. */
export interface RatioPoint {
  X: number;
  Y: number;
}

/** Upper left, upper right, lower right, lower left as the text is read; may reach beyond the image. */
export type Outline = readonly [RatioPoint, RatioPoint, RatioPoint, RatioPoint];

/** Characters without a space between them. */
export interface Word {
  text: string;
  /** 0-100. */
  confidence: number;
  outline: Outline;
}

/** Words in one line, as they stand on the page. */
export interface Line extends Word {
  words: Word[];
}

/** What is written in an image. */
export interface PageText {
  /** Pixels of the image as it came, upright. */
  width: number;
  height: number;
  /** From top to bottom. */
  lines: Line[];
}

/** Reads text. */
export interface TextEngine {
  /** The text in a JPEG or PNG. Throws ImageProblem for what is not such an image. */
  read(image: Uint8Array): Promise<PageText>;
  close(): Promise<void>;
}
