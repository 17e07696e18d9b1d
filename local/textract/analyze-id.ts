import { list, object } from '../rekognition/operations/fields.js';
import { image } from '../rekognition/operations/shared-fields.js';
import { blocksOf } from './blocks.js';
import { type Reader, readDocumentPage } from './document-pages.js';
import { identityFields } from './identity-fields.js';

/** What the real service says today. */
const MODEL_VERSION = '1.0';

const input = object({ DocumentPages: list(image, { min: 1, max: 2 }) });

/** https://docs.aws.amazon.com/textract/latest/dg/API_AnalyzeID.html. One identity document for each page. */
export async function analyzeId(reader: Reader, raw: unknown): Promise<object> {
  const { DocumentPages } = input(raw, '');
  const pages = await Promise.all(DocumentPages.map((page) => readDocumentPage(reader, page)));
  return {
    IdentityDocuments: pages.map((page, i) => ({
      DocumentIndex: i + 1,
      IdentityDocumentFields: identityFields(page),
      Blocks: blocksOf(page, i + 1),
    })),
    DocumentMetadata: { Pages: pages.length },
    AnalyzeIDModelVersion: MODEL_VERSION,
  };
}
