import { below, type Value } from './labelled-values.js';
import type { FieldType } from './labels.js';
import type { Piece } from './pieces.js';

/** City, state and ZIP code as US addresses end. */
const LAST_LINE = /^(.*?)[,.]?\s*\b([A-Z]{2})[\s,.]*(\d{5}(?:-\d{4})?)$/;

/**
 * The address: from its label on, or the line above one of city, state and ZIP code. The street alone is ADDRESS, as
 * AnalyzeID tells it.
 */
export function addressFields(pieces: readonly Piece[], labelled: Piece | undefined): Map<FieldType, Value> {
  const fields = new Map<FieldType, Value>();
  const free = pieces.filter(({ label }) => !label);
  const last =
    (labelled && below(labelled, free)) ?? free.find(({ text }) => LAST_LINE.test(text.toUpperCase()));
  const street = labelled ?? (last && free.find((piece) => below(piece, free) === last));
  if (street) fields.set('ADDRESS', street);
  const [, city, state, zip] = LAST_LINE.exec(last?.text.toUpperCase() ?? '') ?? [];
  if (!last || !city || !state || !zip) return fields;
  const { confidence } = last;
  fields.set('CITY_IN_ADDRESS', { text: city.trim(), confidence });
  fields.set('STATE_IN_ADDRESS', { text: state, confidence });
  fields.set('ZIP_CODE_IN_ADDRESS', { text: zip, confidence });
  return fields;
}
