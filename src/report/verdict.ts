import type { CauseRow, FlowRow, Meaning } from './report.js';
import { countText, dropsText, durationText, rateText } from './times.js';

/** What a verdict is made of. */
export interface VerdictFacts {
  readonly drops: number;
  /** From the first drop to the last; NaN: not known. */
  readonly seconds: number;
  readonly kernels: readonly string[];
  /** Interfaces with a name or an index. */
  readonly interfaces: number;
  readonly meanings: Readonly<Record<Meaning, number>>;
  /** With the most drops first. */
  readonly causes: readonly CauseRow[];
  readonly flows: readonly FlowRow[];
  readonly completeness: string;
}

/** The words for drops of one meaning, in the order of the verdict. */
const WORDS: readonly (readonly [Meaning, string])[] = [
  ['unintended', 'hurt somebody'],
  ['unclear', 'may hurt'],
  ['unknown', 'of a cause that dropcap does not know'],
  ['intended', 'by policy or protocol'],
  ['noise', 'noise, which is no loss'],
];
/** Kernels that the verdict names. */
const MAX_KERNELS = 3;
/** Meanings whose most frequent cause is named. */
const NAMED: readonly Meaning[] = ['unintended', 'unclear', 'unknown', 'intended'];

/** The verdict in three lines: how many, what they are, whether that is all. */
export function verdictOf(facts: VerdictFacts): string[] {
  const { drops, seconds, kernels, interfaces, completeness } = facts;
  if (drops === 0) return ['No drop was captured.', 'There is nothing to judge.', `${completeness}.`];
  const time = seconds > 0 ? ` in ${durationText(seconds)} (${rateText(drops / seconds, 2)} a second)` : '';
  const others = kernels.length > MAX_KERNELS ? [`${countText(kernels.length - MAX_KERNELS)} others`] : [];
  const host =
    kernels.length > 0 ? `, Linux ${[...kernels.slice(0, MAX_KERNELS), ...others].join(' and ')}` : '';
  const devices =
    interfaces === 0 ? '' : `, ${countText(interfaces)} ${interfaces === 1 ? 'interface' : 'interfaces'}`;
  const parts = WORDS.filter(([meaning]) => facts.meanings[meaning] > 0).map(([meaning, words]) => {
    const cause = NAMED.includes(meaning) ? leadText(facts, meaning) : '';
    return `${countText(facts.meanings[meaning])} ${words}${cause}`;
  });
  return [`${dropsText(drops)}${time}${host}${devices}.`, `${parts.join('; ')}.`, `${completeness}.`];
}

/** ` (most: SOCKET_RCVBUFF at udp_queue_rcv_one_skb, UDP to 10.0.0.1.53)`. */
function leadText({ causes, flows }: VerdictFacts, meaning: Meaning): string {
  const some = causes.filter((cause) => cause.meaning === meaning);
  const [lead] = some;
  if (!lead) return '';
  const to = goalText(lead, flows);
  return ` (${some.length > 1 ? 'most: ' : ''}${lead.name}${to})`;
}

/** `, UDP to 10.0.0.1.53`, when most of the cause's drops went there. */
function goalText({ name, drops }: CauseRow, flows: readonly FlowRow[]): string {
  const goals = new Map<string, number>();
  for (const { cause, protocol, destination, drops: some } of flows) {
    if (cause !== name || destination === null) continue;
    const goal = `${protocol} to ${destination}`;
    goals.set(goal, (goals.get(goal) ?? 0) + some);
  }
  const [goal, most] = [...goals].reduce((a, b) => (b[1] > a[1] ? b : a), ['', 0]);
  return most * 2 > drops ? `, ${goal}` : '';
}
