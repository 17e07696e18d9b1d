import type { Call, Request } from './calls.js';
import type { FlowEntry } from './flow.js';

/** What goes wrong at a call; `docs` of each in CONTRIBUTING.md. */
export const KINDS = [
  'before',
  'after',
  'lost',
  'throttled',
  'timeout',
  'denied',
  'kill-before',
  'kill-after',
] as const;
export type Kind = (typeof KINDS)[number];

/** How the twin behaves meanwhile: as AWS describes it; without IndexFaces' duplicate rule; with searches that lag. */
export const SETTINGS = ['plain', 'no-rule', 'late'] as const;
export type Setting = (typeof SETTINGS)[number];

/** How late a face is found where searches lag: more than a closing search takes, in milliseconds. */
export const LATE_MS = 700;

/** One fault at one call. */
export type Fault = { call: Call } & (
  | { kind: Exclude<Kind, 'lost'> }
  /** The request to AWS whose answer is lost. */
  | { kind: 'lost'; request: Request }
);

/** One run: a flow under a setting, and what goes wrong in it, if anything does. */
export interface Case {
  flow: FlowEntry;
  setting: Setting;
  fault?: Fault;
}

/** Names a case: `registration/indexFace#1/lost-IndexFaces.1+late`. Also what `--only` takes. */
export function nameOf({ flow, setting, fault }: Case): string {
  const suffix = setting === 'plain' ? '' : `+${setting}`;
  if (!fault) return `${flow.name}/undisturbed${suffix}`;
  const { call, kind } = fault;
  const role = call.role === 'session' ? '' : `${call.role}.`;
  const lost = fault.kind === 'lost' ? `-${fault.request.operation}.${fault.request.nth}` : '';
  return `${flow.name}/${role}${call.activity}#${call.nth}/${kind}${lost}${suffix}`;
}

/** After these a retry, an undo or a search meets what is there already: what the twin's settings are about. */
const HAD_ITS_EFFECT: readonly Kind[] = ['after', 'lost', 'kill-after', 'denied'];
const CHANGES_FACES = ['IndexFaces'];
const MEETS_FACES = [...CHANGES_FACES, 'DeleteFaces', 'SearchFacesByImage'];

const asks = ({ requests }: Call, operations: readonly string[]) =>
  requests.some(({ operation }) => operations.includes(operation));

/** Only then does a setting of the twin make a difference. */
export const changesFaces = (call: Call): boolean => asks(call, CHANGES_FACES);

/** What a flow does when nothing disturbs it. */
export interface Driven {
  flow: FlowEntry;
  calls: readonly Call[];
}

/** Every fault that makes a difference under a setting, at every call of a flow. */
export function casesOf({ flow, calls }: Driven, setting: Setting): Case[] {
  const isPlain = setting === 'plain';
  const kinds = isPlain && !flow.variant ? KINDS : HAD_ITS_EFFECT;
  return (isPlain ? calls : calls.filter((call) => asks(call, MEETS_FACES)))
    .flatMap((call) => kinds.flatMap((kind) => faultsOf(call, kind)))
    .map((fault) => ({ flow, setting, fault }));
}

function faultsOf(call: Call, kind: Kind): Fault[] {
  if (kind !== 'lost') return [{ call, kind }];
  return call.requests.map((request) => ({ call, kind, request }));
}

/** In turn, so that a short sweep has some of each. */
const IN_TURN: readonly Kind[] = [
  'after',
  'lost',
  'denied',
  'before',
  'lost',
  'throttled',
  'after',
  'timeout',
];

/** The short sweep: of every activity one call, of every flow one SIGKILL, of every setting a lost IndexFaces or two. */
export function quickCasesOf(driven: readonly Driven[]): Case[] {
  const calls = driven.flatMap(({ flow, calls }) => calls.map((call) => ({ flow, call })));
  const firsts = calls.filter(
    ({ call: { activity } }, at) => calls.findIndex(({ call }) => call.activity === activity) === at,
  );
  const faults = firsts.flatMap(({ flow, call }, at): Case[] => {
    const inTurn = faultsOf(call, IN_TURN[at % IN_TURN.length] ?? 'after');
    const fault = inTurn[at % Math.max(1, inTurn.length)] ?? { call, kind: 'after' };
    return [{ flow, setting: 'plain', fault }];
  });
  const kills = driven.flatMap(({ flow, calls }, at): Case[] => {
    const call = calls[(at * 3) % calls.length];
    const kind = at % 2 ? 'kill-before' : 'kill-after';
    return call ? [{ flow, setting: 'plain', fault: { call, kind } }] : [];
  });
  const indexing = calls.filter(({ call }) => call.activity === 'indexFace');
  const settings = [indexing[0], indexing.at(-1)].flatMap((found): Case[] => {
    if (!found) return [];
    const fault: Fault = { call: found.call, kind: 'after' };
    return [
      { flow: found.flow, setting: 'no-rule', fault },
      { flow: found.flow, setting: 'late', fault },
    ];
  });
  return [...faults, ...kills, ...settings];
}
