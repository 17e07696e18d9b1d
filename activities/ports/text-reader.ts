import type { Printed } from '../../domain/document.js';
import type { CallFact } from '../../domain/facts.js';
import type { ImageRef } from '../../domain/image-ref.js';

/** A line of text, and where it stands: ratios of the image's width and height. */
export interface TextLine {
  text: string;
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What was read of one side of a document. */
export interface TextPage {
  /** From top to bottom. */
  lines: readonly TextLine[];
  /** What the reader itself could name. */
  named: Printed;
  /** The machine-readable zone, where the reader tells it apart. */
  zone?: readonly string[];
}

/** A side that is no photo to the reader: a fact about the photo, so a result and no failure. */
export interface UnreadablePage {
  fault: 'unreadable';
}

/** Both sides as far as they were handed in. */
export interface DocumentText {
  front: TextPage | UnreadablePage;
  back?: TextPage | UnreadablePage;
  /** Of every call. */
  facts: readonly CallFact[];
}

/**
 * Reads the text of a document: Rekognition DetectText or Textract AnalyzeID, or their twins. Throws ApplicationFailure as
 * `FaceIndex` does.
 */
export interface TextReader {
  read(document: { front: ImageRef; back?: ImageRef }): Promise<DocumentText>;
}
