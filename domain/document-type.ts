import type { Zone } from './document.js';
import type { DocumentType } from './policy.js';

const TITLES: readonly (readonly [DocumentType, RegExp])[] = [
  [
    'residence_permit',
    /RESIDENCE PERMIT|PERMANENT RESIDENT|AUFENTHALTSTITEL|TITRE DE SEJOUR|PERMESSO DI SOGGIORNO/,
  ],
  [
    'driving_licence',
    /DRIV(ER|ING)'?S?\s*LICEN[CS]E|LEARNER|FUHRERSCHEIN|PERMIS DE CONDUIRE|PATENTE DI GUIDA|PERMISO DE CONDUC|RIJBEWIJS|PRAWO JAZDY|VODICSKY PREUKAZ/,
  ],
  ['passport', /PASSPORT|REISEPASS|PASSEPORT|PASSAPORTO|PASAPORTE|PASPOORT/],
  ['visa', /^\s*(VISA|VISUM)\b/],
  [
    'id_card',
    /IDENTI(TY|FICATION) CARD|PERSONALAUSWEIS|CARTE (NATIONALE )?D'?IDENTITE|CARTA D'?IDENTITA|IDENTITEITSKAART|OBCIANSKY PREUKAZ|NATIONAL ID/,
  ],
];

/** The first two letters of a zone (ICAO Doc 9303 parts 4 to 7), else what the document calls itself. */
export function documentType(zone: Zone | undefined, title = ''): DocumentType | undefined {
  const plain = title.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
  const said = TITLES.find(([, words]) => words.test(plain))?.[0];
  if (!zone) return said;
  const [first, second] = zone.documentCode;
  if (first === 'P') return 'passport';
  if (first === 'V') return 'visa';
  // AR, IR, CR: how states mark residence permits; C1 and C2 are those of the United States.
  if (said === 'residence_permit' || second === 'R' || (first === 'C' && /\d/.test(second ?? '')))
    return 'residence_permit';
  return said === 'driving_licence' ? said : 'id_card';
}
