import type { Twin } from '../../local/twin.js';
import type { Caller, Reply } from './caller.js';

const SESSIONS = '/v1/verification-sessions';

/** What the person's device sends to Rekognition; on the twin, frames in place of a video. Returns what it is told. */
export async function film(
  { endpoints }: Pick<Twin, 'endpoints'>,
  captureId: string,
  ...frames: Uint8Array[]
): Promise<string> {
  const response = await fetch(`${endpoints.rekognition}/face-liveness-sessions/${captureId}/frames`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ frames: frames.map((frame) => Buffer.from(frame).toString('base64')) }),
  });
  const { Status } = (await response.json()) as { Status?: string };
  return Status ?? `refused with ${response.status}`;
}

/** The three steps of a capture by their own names. */
export function captures(call: Caller) {
  return {
    begin: (sessionId: string) => call('POST', `${SESSIONS}/${sessionId}/liveness`),
    finish: (sessionId: string, captureId: string, more = {}): Promise<Reply> =>
      call('PUT', `${SESSIONS}/${sessionId}/inputs/liveness`, { session_id: captureId, ...more }),
    /** All three: begins a capture, films these frames, and hands it in. */
    async take(twin: Pick<Twin, 'endpoints'>, sessionId: string, ...frames: Uint8Array[]): Promise<Reply> {
      const begun = await this.begin(sessionId);
      const { session_id } = begun.body.liveness;
      await film(twin, session_id, ...frames);
      return this.finish(sessionId, session_id);
    },
  };
}
