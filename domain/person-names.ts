/** Names as a document says them. */
export interface DocumentNames {
  firstNames?: string;
  lastName?: string;
  /** The machine-readable zone had no room for all of them: the last given name may be cut off. */
  truncated?: boolean;
}

/** Not part of a name: titles, and suffixes that licences print. */
const AROUND = new Set(['MR', 'MRS', 'MS', 'DR', 'PROF', 'JR', 'SR', 'II', 'III', 'IV']);

/**
 * Letters that a machine-readable zone, and people without the key for them, write in another way (ICAO Doc 9303 part 3,
 * section 6, table A; the plain letter first).
 */
const WRITTEN: Readonly<Record<string, readonly string[]>> = {
  Ä: ['A', 'AE'],
  Ö: ['O', 'OE'],
  Ü: ['U', 'UE', 'UXX'],
  Å: ['A', 'AA'],
  Ø: ['O', 'OE'],
  Æ: ['AE'],
  Œ: ['OE'],
  Ñ: ['N', 'NXX'],
  ß: ['SS'],
  Þ: ['TH'],
  Ð: ['D'],
  Đ: ['D'],
  Ł: ['L'],
  Ħ: ['H'],
  Ŧ: ['T'],
  Ŋ: ['N'],
  ı: ['I'],
};

/** Every way in which a word may be written in capital letters without accents; few, since few letters have two. */
function spellings(word: string): Set<string> {
  let ways = [''];
  for (const character of word.normalize('NFC').replaceAll('ẞ', 'ß')) {
    const upper = character === 'ß' || character === 'ı' ? character : character.toUpperCase();
    const plain = upper.normalize('NFD').replace(/\p{M}/gu, '');
    const written = WRITTEN[upper] ?? [plain];
    ways = ways.flatMap((way) => written.map((letters) => way + letters)).slice(0, 64);
  }
  return new Set(ways);
}

/** Words of a name: apostrophes are no letters, hyphens and commas are gaps. */
function nameWords(name: string): string[] {
  return name
    .replace(/[\u0027\u2019\u02bc`\u00b4.]/gu, '')
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '' && !AROUND.has(word.toUpperCase()));
}

function sameWord(a: string, b: string): boolean {
  const others = spellings(b);
  return [...spellings(a)].some((way) => others.has(way));
}

/**
 * Does a name, as somebody typed it, agree with a document? In any order and case, with or without accents, hyphens and
 * middle names; but the whole last name must be there, at least one given name in full, and nothing that the document does
 * not have: `false` when in doubt. A name in another script than the document's is doubt.
 */
export function nameAgrees(
  typed: string,
  { firstNames = '', lastName = '', truncated }: DocumentNames,
): boolean {
  const given = nameWords(firstNames);
  const words = nameWords(typed);
  if (words.length === 0 || (given.length === 0 && lastName === '')) return false;
  const rests = withoutLastName(words, nameWords(lastName));
  return rests.some((rest) => givenNamesAgree(rest, given, truncated === true));
}

/** What readers take the filler of a zone for. */
const FILLERS = new Set(['<', 'K', 'C', 'S']);

/**
 * Are these names what a line of a machine-readable zone says, if nothing was misread there but fillers? Names are the one
 * part of a zone that no check digit covers.
 * @param line the names as they were read, with their fillers
 */
export function standsInZone(line: string, { firstNames = '', lastName = '' }: DocumentNames): boolean {
  const letters = nameWords(`${lastName} ${firstNames}`).join('');
  if (letters === '') return false;
  return [...spellings(letters)].some((wanted) => {
    let at = 0;
    for (const character of line) {
      if (character === wanted[at]) at += 1;
      else if (!FILLERS.has(character)) return false;
    }
    return at === wanted.length;
  });
}

/** What is left of the words once the last name is taken out; several answers where it can be found in several places. */
function withoutLastName(words: readonly string[], last: readonly string[]): string[][] {
  if (last.length === 0) return [[...words]];
  const rests: string[][] = [];
  const left = [...words];
  const everyWord = last.every((name) => {
    const at = left.findIndex((word) => sameWord(word, name));
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  if (everyWord) rests.push(left);
  // "O Brien" for OBRIEN, "De la Cruz" for DELACRUZ, and the other way round.
  const joined = last.join('');
  for (let from = 0; from < words.length; from++) {
    for (let to = from + 1; to <= words.length; to++) {
      if (sameWord(words.slice(from, to).join(''), joined))
        rests.push([...words.slice(0, from), ...words.slice(to)]);
    }
  }
  return rests;
}

function givenNamesAgree(typed: readonly string[], given: readonly string[], truncated: boolean): boolean {
  if (given.length === 0) return typed.length === 0;
  if (typed.length === 0) return false;
  if (sameWord(typed.join(''), given.join(''))) return true; // "Annemarie" for ANNE MARIE
  const cut = truncated ? given.at(-1) : undefined;
  const free = [...given];
  let whole = 0;
  for (const word of typed) {
    const at = free.findIndex((name) => sameWord(word, name) || (name === cut && startsWith(word, name)));
    const initial = at < 0 && word.length === 1 ? free.findIndex((name) => startsWith(name, word)) : -1;
    if (at < 0 && initial < 0) return false;
    if (at >= 0) whole += 1;
    free.splice(Math.max(at, initial), 1);
  }
  return whole > 0;
}

function startsWith(word: string, start: string): boolean {
  const starts = [...spellings(start)];
  return [...spellings(word)].some((way) => starts.some((each) => way.startsWith(each)));
}
