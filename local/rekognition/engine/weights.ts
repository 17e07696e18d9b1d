import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

/** The networks the twin uses. */
export type NetworkName = 'detect' | 'landmark' | 'feature' | 'eye' | 'liveness';

const PACKAGE = 'faceplugin-face-recognition-js';

/** SHA-256 of the files in version 0.0.1: other weights would be another face model, and old vectors would not fit. */
const SHA256: Record<NetworkName, string> = {
  detect: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854',
  landmark: 'f10b0ba1d2a8a099adefede1ebf3733e44fe370715e7303dbeb7f59c02142258',
  feature: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
  eye: '1afcea006abc1ccac3c517022abde0aa092bed74ff3c9fe6878483ef9e6e38de',
  liveness: 'afa783b7e902fdfcf323a7240cac2a1c580c25314ea4161129dc1b0d100dc32d',
};

/**
 * The weights of a network, for development, tests and demo only. Throws an Error that names the fix when they are
 * missing or are not the ones this engine was measured with.
 */
export function readWeights(name: NetworkName): Uint8Array {
  const fix = `Run "npm ci" with development dependencies; the twin needs ${PACKAGE}@0.0.1.`;
  let bytes: Buffer;
  try {
    bytes = readFileSync(path.join(weightsFolder(), `fr_${name}.onnx`));
  } catch (cause) {
    throw new Error(`The face weights (fr_${name}.onnx) are missing. ${fix}`, { cause });
  }
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== SHA256[name])
    throw new Error(`fr_${name}.onnx is not the file expected (sha256 ${found}). ${fix}`);
  return bytes;
}

function weightsFolder(): string {
  const manifest = createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`);
  return path.join(path.dirname(manifest), 'model');
}
