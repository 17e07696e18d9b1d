import {
  type AuditImage,
  CreateFaceLivenessSessionCommand,
  GetFaceLivenessSessionResultsCommand,
  type RekognitionClient,
} from '@aws-sdk/client-rekognition';
import type { Liveness } from '../ports/liveness.js';
import { observed } from './observe.js';
import type { Pace } from './pace.js';
import { errorName } from './to-failure.js';

/** How Rekognition says that there is no such capture any more. */
const NOT_FOUND = ['SessionNotFoundException'];

/**
 * Captures over Amazon Rekognition. Images come back as bytes (no OutputConfig), so the bucket may be in another region
 * and nothing is written that no session knows of.
 */
export function createLiveness(
  client: RekognitionClient,
  { bucket, pace }: { bucket: string; pace: Pace },
): Liveness {
  return {
    bucket,

    async create({ token, challenge, auditImages }) {
      await pace('CreateFaceLivenessSession');
      const command = new CreateFaceLivenessSessionCommand({
        ClientRequestToken: token,
        Settings: { AuditImagesLimit: auditImages, ChallengePreferences: [{ Type: challenge }] },
      });
      const started = performance.now();
      const { SessionId, $metadata } = await observed('rekognition', 'CreateFaceLivenessSession', (options) =>
        client.send(command, options),
      );
      if (!SessionId) throw new Error('CreateFaceLivenessSession named no session.');
      const requestId = $metadata.requestId ?? 'unknown';
      const durationMs = Math.round(performance.now() - started);
      const fact = { operation: 'CreateFaceLivenessSession', requestId, durationMs, images: [] };
      return { captureId: SessionId, fact };
    },

    async result(captureId) {
      await pace('GetFaceLivenessSessionResults');
      const command = new GetFaceLivenessSessionResultsCommand({ SessionId: captureId });
      const send = async () => {
        try {
          return await observed(
            'rekognition',
            'GetFaceLivenessSessionResults',
            (options) => client.send(command, options),
            NOT_FOUND,
          );
        } catch (error) {
          if (!NOT_FOUND.includes(errorName(error))) throw error;
          const { $metadata } = error as { $metadata?: { requestId?: string } };
          return { Status: 'EXPIRED', $metadata: $metadata ?? {} } as const;
        }
      };
      const started = performance.now();
      const output = await send();
      const told = {
        requestId: output.$metadata.requestId ?? 'unknown',
        durationMs: Math.round(performance.now() - started),
      };
      if (output.Status === 'EXPIRED') return { status: 'expired', ...told };
      if (output.Status === 'CREATED' || output.Status === 'IN_PROGRESS')
        return { status: 'unfinished', ...told };
      const { Confidence, ReferenceImage, AuditImages } = output;
      const reference = bytesOf(ReferenceImage);
      return {
        // A status that is not known yet shows nobody to be live.
        status: output.Status === 'SUCCEEDED' ? 'succeeded' : 'failed',
        ...told,
        ...(Confidence === undefined ? {} : { confidence: Confidence }),
        ...(reference ? { reference } : {}),
        audit: (AuditImages ?? []).flatMap((image) => bytesOf(image) ?? []),
      };
    },
  };
}

function bytesOf(image: AuditImage | undefined): Uint8Array | undefined {
  return image?.Bytes?.length ? image.Bytes : undefined;
}
