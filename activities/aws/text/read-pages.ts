import type { CallFact } from '../../../domain/facts.js';
import type { ImageRef } from '../../../domain/image-ref.js';
import type { DocumentText, TextPage, UnreadablePage } from '../../ports/text-reader.js';
import { imageOf, type Sending, type SentImage } from '../image-of.js';
import { type CallOptions, observed } from '../observe.js';
import type { Pace } from '../pace.js';
import { errorName } from '../to-failure.js';

/** How one page is read. */
interface Reading<Output> {
  service: 'rekognition' | 'textract';
  operation: string;
  pace: Pace;
  /** Names of errors that say something of the photo. */
  faults: readonly string[];
  send: (image: SentImage, options: CallOptions) => Promise<Output>;
  page: (output: Output) => TextPage;
}

/**
 * Reads each side with a call of its own, at the same time: both services charge for a page, not for a call, and only so it
 * is known which side a refusal speaks of.
 */
export async function readPages<Output extends { $metadata: { requestId?: string | undefined } }>(
  { front, back }: { front: ImageRef; back?: ImageRef },
  sending: Sending,
  reading: Reading<Output>,
): Promise<DocumentText> {
  const pages = await Promise.all([front, ...(back ? [back] : [])].map((photo) => readPage(photo)));
  const [first, second] = pages as [Page, Page?];
  return {
    front: first.page,
    ...(second ? { back: second.page } : {}),
    facts: pages.map(({ fact }) => fact),
  };

  async function readPage(photo: ImageRef): Promise<Page> {
    const image = await imageOf(photo, sending);
    const { service, operation, pace, faults, send, page } = reading;
    await pace(operation);
    const started = performance.now();
    const fact = (requestId: string, more: Partial<CallFact>): CallFact => ({
      operation,
      requestId,
      durationMs: Math.round(performance.now() - started),
      images: [photo.sha256],
      ...more,
    });
    try {
      const output = await observed(service, operation, (options) => send(image, options), faults);
      const read = page(output);
      const texts = read.lines.length + Object.keys(read.named).length;
      return { page: read, fact: fact(output.$metadata.requestId ?? 'unknown', { texts }) };
    } catch (error) {
      if (!faults.includes(errorName(error))) throw error;
      const { $metadata } = error as Partial<Output>;
      const fault = 'unreadable';
      return { page: { fault }, fact: fact($metadata?.requestId ?? 'unknown', { fault }) };
    }
  }
}

interface Page {
  page: TextPage | UnreadablePage;
  fact: CallFact;
}
