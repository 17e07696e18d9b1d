import { HOLDER } from './id-cards.js';

/** Somebody who registers. No request to AWS and no history of the suite may show any of it: see `service.ts`. */
export const person = {
  email: 'zuzana.kreslova@example.com',
  username: 'zuzkreslova',
  phone: '+421 905 123 987',
  name: 'Zuzana Kreslov\u00e1',
  birth_date: '1979-02-17',
} as const;

/** What the caller sends along with a registration of that person: values that turn up nowhere else. */
export const registrationOfPerson = {
  user_id: 'customer-zk-770131',
  metadata: { plan: 'gold-zk-770132' },
  client_reference_id: 'order-zk-770133',
  return_url: 'https://app.example/done-zk-770134',
  consent: { text_version: 'consent-zk-770135', accepted_at: '2026-11-24T10:00:00Z', locale: 'de' },
} as const;

/** Every value that must not leave the service readable: of the person, and of the holder of rendered documents. */
export const personalValues: readonly string[] = [
  ...Object.values(person),
  registrationOfPerson.user_id,
  registrationOfPerson.metadata.plan,
  registrationOfPerson.client_reference_id,
  registrationOfPerson.return_url,
  registrationOfPerson.consent.text_version,
  HOLDER.documentNumber,
  HOLDER.givenNames,
  HOLDER.address.street,
];
