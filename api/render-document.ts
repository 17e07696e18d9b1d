import type { ReadDocument } from '../domain/document.js';

/** What was read of the document, for the person to confirm; what could not be read is null. Its hash stays here. */
export function renderDocument(document: ReadDocument | undefined) {
  if (!document) return null;
  const { fields } = document;
  return {
    type: fields.type ?? null,
    issuing_country: fields.issuingCountry ?? null,
    first_names: fields.firstNames ?? null,
    last_name: fields.lastName ?? null,
    document_number: fields.documentNumber ?? null,
    birth_date: fields.birthDate ?? null,
    issue_date: fields.issueDate ?? null,
    expires_on: fields.expiresOn ?? null,
    address: fields.address ?? null,
  };
}
