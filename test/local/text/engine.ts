import { ocrEngine } from '../../../local/text/ocr-engine.js';
import { rememberingTextEngine } from '../../../local/text/remembering-text-engine.js';

/** One engine for all tests: its thread is started once, and ends with the process. */
export const textEngine = rememberingTextEngine(ocrEngine());
