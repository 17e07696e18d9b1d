import type { DocumentFields, Printed, Zone } from '../../domain/document.js';
import { normaliseDocument } from '../../domain/normalise-document.js';
import type { ReasonCode } from '../../domain/reasons.js';
import type { DocumentText, TextPage } from '../ports/text-reader.js';
import { printedFields } from './printed-fields.js';
import { readZone } from './read-zone.js';

/** Fewer lines are no side of a document. */
const FEWEST_LINES = 3;

export interface Understood {
  fields: DocumentFields;
  /** See `normaliseDocument`. */
  consistent: boolean;
  /** The names may be cut off. */
  truncated: boolean;
}

/** What both sides of a document say together, or the reasons why they say nothing. */
export function understand(
  { front, back }: DocumentText,
  today: string,
): Understood | { reasons: readonly ReasonCode[] } {
  const reasons: ReasonCode[] = [
    ...(isLegible(front) ? [] : ['document_unreadable' as const]),
    ...(back === undefined || isLegible(back) ? [] : ['document_back_unreadable' as const]),
  ];
  if (!isLegible(front) || reasons.length > 0) return { reasons };

  const zoneInFront = zoneOf(front);
  const zoneBehind = back && isLegible(back) ? zoneOf(back) : undefined;
  if (zoneInFront === 'unreadable') return { reasons: ['document_unreadable'] };
  if (zoneBehind === 'unreadable') return { reasons: ['document_back_unreadable'] };
  const zone = zoneInFront ?? zoneBehind;

  const printedBehind = back && isLegible(back) ? printedOn(back) : {};
  const printedInFront = printedOn(front);
  const title = [printedInFront.title, printedBehind.title].filter(Boolean).join(' / ');
  const printed: Printed = { ...printedBehind, ...printedInFront, title };
  const read = normaliseDocument(zone, printed, today);
  // Every passport has one (ICAO Doc 9303 part 4), and it is what vouches for the rest.
  if (read.fields.type === 'passport' && !zone) return { reasons: ['document_unreadable'] };
  return { ...read, truncated: zone?.truncated === true };
}

function isLegible(page: DocumentText['front']): page is TextPage {
  return 'lines' in page && page.lines.length >= FEWEST_LINES;
}

/** The lines as they were read come first: from them fillers can be put back that the reader's own zone has lost. */
function zoneOf({ lines, zone }: TextPage): Zone | 'unreadable' | undefined {
  const read = [readZone(lines.map(({ text }) => text)), zone && readZone(zone)];
  const zones = read.filter((each) => typeof each === 'object');
  return zones.find(({ holds }) => holds) ?? zones[0] ?? read.find((each) => each !== undefined);
}

/** What the reader could name itself counts; it knows some documents only. */
function printedOn({ lines, named }: TextPage): Printed {
  const printed = printedFields(lines);
  const title = [named.title, printed.title].filter(Boolean).join(' / ');
  return { ...printed, ...named, title };
}
