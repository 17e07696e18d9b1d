/** Codes of machine-readable zones that ISO 3166-1 writes in another way (ICAO Doc 9303 part 3, section 5). */
const OF_ZONES: Readonly<Record<string, string>> = {
  D: 'DEU',
  GBD: 'GBR',
  GBN: 'GBR',
  GBO: 'GBR',
  GBP: 'GBR',
  GBS: 'GBR',
  RKS: 'XKX', // not assigned by ISO; the code that the EU and the World Bank use
};

const STATES = [
  'ALABAMA|ALASKA|ARIZONA|ARKANSAS|CALIFORNIA|COLORADO|CONNECTICUT|DELAWARE|DISTRICT OF COLUMBIA|FLORIDA|GEORGIA|HAWAII',
  'IDAHO|ILLINOIS|INDIANA|IOWA|KANSAS|KENTUCKY|LOUISIANA|MAINE|MARYLAND|MASSACHUSETTS|MICHIGAN|MINNESOTA|MISSISSIPPI',
  'MISSOURI|MONTANA|NEBRASKA|NEVADA|NEW HAMPSHIRE|NEW JERSEY|NEW MEXICO|NEW YORK|NORTH CAROLINA|NORTH DAKOTA|OHIO|OKLAHOMA',
  'OREGON|PENNSYLVANIA|RHODE ISLAND|SOUTH CAROLINA|SOUTH DAKOTA|TENNESSEE|TEXAS|UTAH|VERMONT|VIRGINIA|WASHINGTON',
  'WEST VIRGINIA|WISCONSIN|WYOMING',
].flatMap((names) => names.split('|'));

/** Names as documents print them in a line of their own: English, and the country's own. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  USA: ['USA', 'UNITED STATES', 'UNITED STATES OF AMERICA', ...STATES],
  GBR: ['UK', 'UNITED KINGDOM', 'UNITED KINGDOM OF GREAT BRITAIN AND NORTHERN IRELAND'],
  DEU: ['DEUTSCHLAND', 'BUNDESREPUBLIK DEUTSCHLAND', 'GERMANY', 'FEDERAL REPUBLIC OF GERMANY'],
  AUT: ['OSTERREICH', 'REPUBLIK OSTERREICH', 'AUSTRIA'],
  CHE: ['SCHWEIZ', 'SUISSE', 'SVIZZERA', 'SWITZERLAND'],
  FRA: ['FRANCE', 'REPUBLIQUE FRANCAISE'],
  ITA: ['ITALIA', 'REPUBBLICA ITALIANA'],
  ESP: ['ESPANA', 'REINO DE ESPANA'],
  PRT: ['PORTUGAL'],
  NLD: ['NEDERLAND', 'KONINKRIJK DER NEDERLANDEN'],
  BEL: ['BELGIE', 'BELGIQUE', 'BELGIEN', 'BELGIUM'],
  POL: ['RZECZPOSPOLITA POLSKA', 'POLSKA'],
  SVK: ['SLOVENSKO', 'SLOVENSKA REPUBLIKA'],
  CZE: ['CESKA REPUBLIKA', 'CZECH REPUBLIC'],
  IRL: ['IRELAND', 'EIRE'],
  CAN: ['CANADA'],
  AUS: ['AUSTRALIA'],
  IND: ['REPUBLIC OF INDIA', 'INDIA'],
};

const BY_NAME = new Map(Object.entries(NAMES).flatMap(([code, names]) => names.map((name) => [name, code])));

/** The ISO 3166-1 alpha-3 code of a country as a machine-readable zone writes it; undefined for what is no such code. */
export function countryOfZone(code: string): string | undefined {
  const text = code.replaceAll('<', '');
  return OF_ZONES[text] ?? (/^[A-Z]{3}$/.test(text) ? text : undefined);
}

/** The ISO 3166-1 alpha-3 code of a country, or of a state of one, whose name this is; undefined where it is not known. */
export function countryNamed(name: string): string | undefined {
  const plain = name
    .normalize('NFD')
    .replace(/[\p{M}.]/gu, '')
    .toUpperCase()
    .trim();
  return BY_NAME.get(plain);
}
