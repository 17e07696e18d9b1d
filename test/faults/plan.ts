import type { Call } from './calls.js';
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
export interface Fault {
  call: Call;
  kind: Kind;
  /** The request to AWS whose answer is lost, from 1; of `lost` only. */
  request?: number;
}

/** One run: a flow under a setting, and what goes wrong in it, if anything does. */
export interface Case {
  flow: FlowEntry;
  setting: Setting;
  fault?: Fault;
}

/** Names a case: `registration/indexFace#1/lost-1+late`. Also what `--only` takes. */
export function nameOf({ flow, setting, fault }: Case): string {
  const suffix = setting === 'plain' ? '' : `+${setting}`;
  if (!fault) return `${flow.name}/undisturbed${suffix}`;
  const { call, kind, request } = fault;
  const role = call.role === 'session' ? '' : `${call.role}.`;
  const lost = request === undefined ? '' : `-${request}`;
  return `${flow.name}/${role}${call.activity}#${call.nth}/${kind}${lost}${suffix}`;
}

/** After these a retry, an undo or a search meets what is there already; what the twin's settings are about. */
const HAD_ITS_EFFECT: readonly Kind[] = ['after', 'lost', 'kill-after', 'denied'];

/** Every fault at every call of a flow, under every setting that makes a difference. */
export function casesOf(flow: FlowEntry, calls: readonly Call[]): Case[] {
  const writesFaces = calls.some(({ requests }) => requests.includes('rekognition.IndexFaces'));
  return SETTINGS.flatMap((setting) => {
    if (setting !== 'plain' && !writesFaces) return [];
    const kinds = setting === 'plain' ? KINDS : HAD_ITS_EFFECT;
    return [
      ...(setting === 'plain' ? [] : [{ flow, setting }]),
      ...calls.flatMap((call) => kinds.flatMap((kind) => faultsOf(call, kind))).map((fault) => ({ flow, setting, fault })),
    ];
  });
}

function faultsOf(call: Call, kind: Kind): Fault[] {
  if (kind !== 'lost') return [{ call, kind }];
  return call.requests.map((_, at) => ({ call, kind, request: at + 1 }));
}

/** The short sweep: every call once, the kinds in turn, and one SIGKILL a flow. */
export function quickCasesOf(flow: FlowEntry, calls: readonly Call[], turn: number): Case[] {
  const all = casesOf(flow, calls);
  const inTurn: readonly Kind[] = ['after', 'lost', 'before', 'throttled', 'denied', 'timeout'];
  const faults = calls.map((call, at) => {
    const kind = inTurn[(at + turn) % inTurn.length] as Kind;
    return { flow, setting: 'plain' as const, fault: faultsOf(call, kind).at(-1) ?? { call, kind: 'after' as const } };
  });
  const kills = all.filter(({ fault, setting }) => fault?.kind === 'kill-after' && setting === 'plain');
  const settings = all.filter(
    ({ fault, setting }) => setting !== 'plain' && fault?.call.activity === 'indexFace' && fault.kind === 'after',
  );
  return [...faults, ...kills.slice(turn % Math.max(1, kills.length)).slice(0, 1), ...settings];
}
