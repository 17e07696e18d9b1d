import { type Call, type Outcome, register, type Story, undo } from './race-model.js';
import {
  ableUsers,
  activeUsers,
  newWorld,
  type Participant,
  type Protocol,
  type World,
} from './race-world.js';

/**
 * What happens next: participant `who` (by position) goes on for `times` moments while everybody else stalls, or until
 * it is about to have (`before`) or has had (`after`) the effect of a call; then `event` befalls it. `repeat`: the answer
 * was lost and the call has its effect once more. `cancel`: it is told to stop, which it does once the call has ended,
 * and undoes what it began. `fail`: the call fails for good, before or after its effect. `fail-late`: the same, but the
 * effect comes only at the next `land`. `resume`: after its undo it tries again, under the same key and later in line.
 */
export interface Turn {
  who: number;
  times: number;
  until?: { moment: 'before' | 'after'; what: Call['what'] } | undefined;
  event: 'none' | 'repeat' | 'cancel' | 'fail' | 'fail-late' | 'land' | 'resume';
}

export interface Run {
  world: World;
  outcomes: readonly (Outcome | 'stopped')[];
  /** The most users who ever counted at once, and the fewest who could log in. */
  mostActive: number;
  fewestAble: number;
  /** Everything that happened, for a failure message. */
  log: readonly string[];
}

interface Runner {
  name: string;
  story: Story<Outcome | undefined>;
  undos: (() => Story<void>)[];
  call?: Call | undefined;
  answer?: { value: unknown } | undefined;
  outcome?: Outcome | 'stopped' | undefined;
  /** Its commit was answered: from there on only forward. */
  committed: boolean;
  over: boolean;
}

/** Ticks after which a run that is not over counts as stuck; a registration alone takes about 30. */
const STUCK_AFTER = 20_000;

/**
 * Plays `turns`, then lets everybody who is not done go on in turn.
 * @throws Error when the registrations wait for each other forever
 */
export function play(
  participants: readonly Participant[],
  shards: readonly string[],
  protocol: Protocol,
  turns: readonly Turn[],
): Run {
  const world = newWorld(shards, participants);
  const log: string[] = [];
  const inFlight: Call[] = [];
  let mostActive = 0;
  let fewestAble = Number.POSITIVE_INFINITY;
  const runners = participants.map((me): Runner => {
    const undos: (() => Story<void>)[] = [];
    return {
      name: me.name,
      story: register(world, me, protocol, undos),
      undos,
      committed: false,
      over: false,
    };
  });

  const make = (call: Call, name: string, how = '') => {
    const value = call.make();
    world.clock++;
    mostActive = Math.max(mostActive, activeUsers(world).length);
    fewestAble = Math.min(fewestAble, ableUsers(world).length);
    log.push(`${name}: ${how}${call.what} → ${brief(value)}`);
    return value;
  };
  const proceed = (runner: Runner, next: IteratorResult<Call, Outcome | undefined>) => {
    runner.call = next.done ? undefined : next.value;
    runner.answer = undefined;
    if (!next.done) return;
    if (runner.outcome !== undefined) runner.over = true;
    else if (next.value === 'registered') {
      runner.outcome = next.value;
      runner.over = true;
    } else end(runner, next.value ?? 'stopped');
  };
  const end = (runner: Runner, outcome: Outcome | 'stopped') => {
    log.push(`${runner.name}: ${outcome}, undoes`);
    runner.outcome = outcome;
    runner.story = undo(runner.undos) as Story<undefined>;
    proceed(runner, runner.story.next());
  };
  const step = (runner: Runner) => {
    world.clock++;
    if (!runner.call) return proceed(runner, runner.story.next());
    if (runner.answer) {
      runner.committed ||= runner.call.what === 'commit' && runner.answer.value === true;
      return proceed(runner, runner.story.next(runner.answer.value as never));
    }
    runner.answer = { value: make(runner.call, runner.name) };
  };

  for (const { who, times, until, event } of turns) {
    const at = who % participants.length;
    const [runner, me] = [runners[at], participants[at]];
    if (!runner || !me) continue;
    const arrived = () =>
      until !== undefined &&
      runner.call?.what === until.what &&
      (runner.answer !== undefined) === (until.moment === 'after');
    for (let moment = 0; moment < times && !runner.over && !arrived(); moment++) step(runner);

    const landing = event === 'land' ? inFlight.shift() : undefined;
    if (landing) make(landing, 'late');
    if (event === 'resume' && runner.over && runner.outcome === 'stopped') {
      log.push(`${runner.name}: resumes`);
      const again = { ...me, startedAt: me.startedAt + world.clock };
      const undos: Runner['undos'] = [];
      const story = register(world, again, protocol, undos);
      runners[at] = { name: me.name, story, undos, committed: false, over: false };
      continue;
    }
    if (runner.over || !runner.call) continue;
    if (event === 'repeat' && runner.answer) {
      runner.answer = { value: make(runner.call, runner.name, 'answer lost, again: ') };
    }
    if (runner.outcome !== undefined || runner.committed) continue;
    if (event === 'cancel') {
      if (!runner.answer) step(runner);
      const counts = runner.call.what === 'commit' && runner.answer?.value === true;
      if (!counts) end(runner, 'stopped');
    } else if (event === 'fail' || event === 'fail-late') {
      if (event === 'fail-late' && !runner.answer) inFlight.push(runner.call);
      end(runner, 'stopped');
    }
  }
  while (runners.some((runner) => !runner.over)) {
    for (const runner of runners) if (!runner.over) step(runner);
    if (world.clock > STUCK_AFTER) throw new Error(`Stuck:\n${log.slice(0, 200).join('\n')}`);
  }
  for (const call of inFlight) make(call, 'late');
  return { world, outcomes: runners.map(({ outcome }) => outcome ?? 'stopped'), mostActive, fewestAble, log };
}

/** A value as a log can bear it: rows by their state, faces by their id. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(brief).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const { state, faceId, row } = value as { state?: string; faceId?: string; row?: unknown };
  return state ?? `${faceId}${row === undefined ? '' : ` ${brief(row)}`}`;
}
