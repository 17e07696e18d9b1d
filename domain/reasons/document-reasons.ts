import type { Reason } from './reason.js';

const document = { check: 'document', disposition: 'retry', input: 'document_front' } as const;

/** What is wrong with an identity document. */
export const documentReasons = {
  document_unreadable: {
    ...document,
    person: 'The photo of your document could not be read. Lay it flat, avoid glare and take a new one.',
    operator: 'Rekognition or Textract refused the photo, or too little text was found on it.',
  },
  document_back_unreadable: {
    ...document,
    input: 'document_back',
    person: 'The back of your document could not be read. Lay it flat, avoid glare and take a new photo.',
    operator: 'As document_unreadable, for the back.',
  },
  document_no_face: {
    ...document,
    person: 'We could not see the portrait on your document. Take a sharper photo of it.',
    operator: 'DetectFaces found no usable face on the document.',
  },
  document_multiple_faces: {
    ...document,
    person: 'There is more than one person in the photo of your document. Only the document should be in it.',
    operator: 'The faces on the document are not all of one person (a ghost portrait would be).',
  },
  document_type_not_allowed: {
    ...document,
    person: 'This kind of document is not accepted. Use another one.',
    operator: 'The document’s type is not among the policy’s, or could not be told.',
  },
  document_expired: {
    ...document,
    person: 'Your document has expired. Use one that is still valid.',
    operator: 'The date of expiry is before the day of the check.',
  },
  document_inconsistent: {
    ...document,
    person: 'The photo of your document could not be read without doubt. Take a new one.',
    operator: 'A check digit of the machine-readable zone is wrong, or it disagrees with the printed fields.',
  },
  document_data_mismatch: {
    ...document,
    person:
      'Your document does not agree with what you entered. Check your entries, or use another document.',
    operator: 'A field of the document differs from what the caller typed (policy: document.compare).',
  },
  document_reused: {
    check: 'document',
    disposition: 'final',
    person: 'We could not complete your registration with this document. Contact support.',
    operator: 'Another active user registered with this document number.',
  },
  document_reused_review: {
    check: 'document',
    disposition: 'review',
    person: 'We need a little longer to check your registration.',
    operator: 'Another active user registered with this document number, and the policy asks a human.',
  },
  document_check_incomplete: {
    check: 'document',
    disposition: 'review',
    person: 'We need a little longer to check your registration.',
    operator:
      'Another session is about to register with this document and has not ended. Approve once it has: then it is checked again.',
  },
} as const satisfies Record<string, Reason>;
