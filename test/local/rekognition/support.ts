import { RekognitionClient } from '@aws-sdk/client-rekognition';
import { createFaults, type Faults } from '../../../local/faults.js';
import { listen } from '../../../local/http/listen.js';
import { createRekognition, type RekognitionOptions } from '../../../local/rekognition/server.js';

export const credentials = { accessKeyId: 'twin', secretAccessKey: 'twin-secret' };

/** A running Rekognition with a real client to it. */
export interface Running {
  client: RekognitionClient;
  url: string;
  faults: Faults;
  close(): Promise<void>;
}

/** Serves the twin's Rekognition on a free port. The client tries once. */
export async function startRekognition(options: Partial<RekognitionOptions> = {}): Promise<Running> {
  const faults = createFaults();
  const nothing = async (): Promise<never> => Promise.reject(new Error('NoSuchKey'));
  const rekognition = await createRekognition({ readObject: nothing, faults, credentials, ...options });
  const { url, ...server } = await listen(rekognition.handler, {
    port: 0,
    owner: 'a test',
    variable: 'none',
  });
  const client = clientOf(url);
  return {
    client,
    url,
    faults,
    async close() {
      client.destroy();
      await server.close();
      await rekognition.close();
    },
  };
}

/** An unmodified client of the AWS SDK that tries once. */
export function clientOf(endpoint: string, keys = credentials): RekognitionClient {
  return new RekognitionClient({ endpoint, region: 'us-east-1', credentials: keys, maxAttempts: 1 });
}
