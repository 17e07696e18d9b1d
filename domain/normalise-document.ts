import { countryNamed, countryOfZone } from './countries.js';
import { type DocumentFields, type Printed, plainNumber, type Zone } from './document.js';
import { orderOf, printedDate, zoneDate } from './document-dates.js';
import { documentType } from './document-type.js';
import { nameAgrees, standsInZone } from './person-names.js';

/**
 * Everything that was read of a document, as one. What the zone says counts, since its check digits vouch for it; what is
 * printed fills the gaps, and names are taken as they are printed, with their accents.
 * @param today YYYY-MM-DD: two digits of a year mean what makes sense today
 * @returns `consistent`: every check digit holds, and nothing printed differs from the zone
 */
export function normaliseDocument(
  zone: Zone | undefined,
  printed: Printed,
  today: string,
): { fields: DocumentFields; consistent: boolean } {
  const country = (zone && countryOfZone(zone.issuingState)) ?? countryNamed(printed.country ?? '');
  const { birthDate, issueDate, expiresOn } = printed;
  const order = orderOf(
    country,
    [birthDate, issueDate, expiresOn].filter((text) => text !== undefined),
  );
  const dateOf = (text: string | undefined) => (text === undefined ? undefined : printedDate(text, order));
  const onPaper = {
    firstNames: printed.firstNames,
    lastName: printed.lastName,
    documentNumber: printed.documentNumber,
    birthDate: dateOf(birthDate),
    issueDate: dateOf(issueDate),
    expiresOn: dateOf(expiresOn),
    address: printed.address,
  };
  const inZone = zone && {
    firstNames: zone.firstNames,
    lastName: zone.lastName,
    documentNumber: zone.documentNumber,
    birthDate: zoneDate(zone.birthDate, 'birth', today),
    expiresOn: zoneDate(zone.expiresOn, 'expiry', today),
  };
  const sameNames = zone ? namesAgree(zone, printed) : true;
  const fields: DocumentFields = {
    ...defined(onPaper),
    ...(inZone ? defined(inZone) : {}),
    ...(zone && sameNames ? accented(zone, printed) : {}),
  };
  const type = documentType(zone, printed.title);
  return {
    fields: { ...(type ? { type } : {}), ...(country ? { issuingCountry: country } : {}), ...fields },
    consistent: zone === undefined || (zone.holds && sameNames && sameFacts(inZone ?? {}, onPaper)),
  };
}

/** What is printed may have accents, and more names than the zone had room for. */
function namesAgree(zone: Zone, { firstNames = '', lastName = '' }: Printed): boolean {
  if (firstNames && lastName)
    return (
      standsInZone(zone.names, { firstNames, lastName }) || nameAgrees(`${firstNames} ${lastName}`, zone)
    );
  if (lastName) return nameAgrees(lastName, { lastName: zone.lastName });
  return firstNames
    ? nameAgrees(firstNames, { firstNames: zone.firstNames, truncated: zone.truncated })
    : true;
}

function accented(zone: Zone, { firstNames, lastName }: Printed): DocumentFields {
  if (firstNames && lastName && standsInZone(zone.names, { firstNames, lastName }))
    return { firstNames, lastName };
  // Of given names the zone may have more: then they stand there because the printed line was not read to its end.
  const more = firstNames && words(firstNames) >= words(zone.firstNames);
  return { ...(lastName ? { lastName } : {}), ...(firstNames && more ? { firstNames } : {}) };
}

const words = (text: string) => text.split(/[\s-]+/).filter(Boolean).length;

function sameFacts(zone: Loose, paper: Loose): boolean {
  const differs = (name: keyof DocumentFields, of: (text: string) => string = (text) => text) => {
    const [a, b] = [zone[name], paper[name]];
    return a !== undefined && b !== undefined && of(a) !== of(b);
  };
  return !differs('documentNumber', plainNumber) && !differs('birthDate') && !differs('expiresOn');
}

type Loose = { [name in keyof DocumentFields]?: string | undefined };

function defined(fields: Loose): DocumentFields {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(entries) as DocumentFields;
}
