import type { SessionDetails } from '../activities/ports.js';
import type { CreateSession } from './schemas/create-session.js';

/** What the caller said of a session and its person: it is sealed and stored, and goes no further. */
export function detailsOf(body: CreateSession): SessionDetails {
  const { user_id, profile, metadata, client_reference_id, return_url, consent } = body;
  const { birth_date, ...person } = profile ?? {};
  return {
    ...(user_id === undefined ? {} : { userId: user_id }),
    ...(profile ? { profile: { ...person, ...(birth_date ? { birthDate: birth_date } : {}) } } : {}),
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
