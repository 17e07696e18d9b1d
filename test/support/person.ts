/** Somebody who registers. No request to AWS and no history of the suite may show any of it: see `service.ts`. */
export const person = {
  email: 'zuzana.kreslova@example.com',
  username: 'zuzkreslova',
  phone: '+421 905 123 987',
  name: 'Zuzana Kreslov\u00e1',
  birth_date: '1979-02-17',
} as const;
