import type { SessionDetails } from '../activities/ports.js';
import type { CreateSession } from './schemas/create-session.js';

/** What the caller said of a session and its person: it is sealed and stored, and goes no further. */
export function detailsOf(body: CreateSession): SessionDetails {
  const { user_id, profile, metadata, client_reference_id, return_url, consent } = body;
  return {
    ...(user_id === undefined ? {} : { userId: user_id }),
    ...(profile ? { profile: profileOf(profile) } : {}),
    ...(metadata ? { metadata } : {}),
    ...(client_reference_id ? { clientReferenceId: client_reference_id } : {}),
    ...(return_url ? { returnUrl: return_url } : {}),
    ...(consent
      ? {
          consent: {
            textVersion: consent.text_version,
            acceptedAt: consent.accepted_at,
            ...(consent.locale ? { locale: consent.locale } : {}),
          },
        }
      : {}),
  } as SessionDetails;
}

function profileOf({ birth_date, document_number, ...person }: NonNullable<CreateSession['profile']>) {
  return {
    ...person,
    ...(birth_date ? { birthDate: birth_date } : {}),
    ...(document_number ? { documentNumber: document_number } : {}),
  };
}
