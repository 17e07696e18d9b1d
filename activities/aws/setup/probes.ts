import type { AwsClients } from '../clients.js';
import type { AwsSettings } from '../settings.js';
import { photoProbes } from './photo-probes.js';
import type { Probe } from './probe.js';
import { rekognitionProbes } from './rekognition-probes.js';
import { rowProbes } from './row-probes.js';
import { textProbes } from './text-probes.js';

/**
 * Every AWS action the service uses, in an order that must be kept: a photo is put first and removed last.
 * @param collection any that exists
 */
export function probes(clients: AwsClients, settings: AwsSettings, collection: string): Probe[] {
  const photos = photoProbes(clients.s3, settings);
  return [
    ...rowProbes(clients.dynamodb, settings),
    ...photos.put,
    ...rekognitionProbes(clients.rekognition, settings, { collection, photo: photos.key }),
    ...textProbes(clients),
    ...photos.remove,
  ];
}
