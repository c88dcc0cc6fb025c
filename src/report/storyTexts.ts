import { type FlowFacts, flowFactsOf } from '../stage/flowFacts.js';
import type { Repeat } from './repeats.js';
import type { FragmentFacts, SegmentFacts, StoryTeller } from './storyTeller.js';
import { MIN_ETHER_TYPE, transportName } from './protocols.js';
import { countText, durationText } from './times.js';

/** Most stories of each sort. */
const MOST = 5;
/** Most times or offsets in one story. */
const MOST_PARTS = 5;

/**
 * What drops that belong together say, one text each.
 * @param causeName of the number of a cause
 */
export function storyTexts(stories: StoryTeller, causeName: (cause: number) => string): string[] {
  return [
    ...stories.attempts.slice(0, MOST).map((repeat) => attemptText(repeat, causeName)),
    ...stories.segments.slice(0, MOST).map((repeat) => segmentText(repeat, causeName)),
    ...stories.datagrams.slice(0, MOST).map((repeat) => datagramText(repeat, causeName)),
  ];
}

function attemptText(
  { facts, cause, drops, times }: Repeat<SegmentFacts>,
  causeName: (cause: number) => string,
): string {
  return `${countText(drops)} SYNs of one connection were dropped${apartText(times)}: ${flowText(flowFactsOf(facts.flow))}, ${causeName(cause)}. The client sent the SYN again, unless these are copies of one packet.`;
}

function segmentText(
  { facts, cause, drops, times }: Repeat<SegmentFacts>,
  causeName: (cause: number) => string,
): string {
  return `One TCP segment was dropped ${countText(drops)} times${apartText(times)}: ${flowText(flowFactsOf(facts.flow))}, sequence number ${facts.sequence}, ${causeName(cause)}. The sender sent the segment again, unless these are copies of one packet.`;
}

function datagramText(
  { facts, cause, drops }: Repeat<FragmentFacts>,
  causeName: (cause: number) => string,
): string {
  const { id, offsets, sawLast } = facts;
  const flow = flowFactsOf(facts.flow);
  const sorted = [...offsets].toSorted((a, b) => a - b);
  const shown = sorted.slice(0, MOST_PARTS).join(', ') + (sorted.length > MOST_PARTS ? ', ...' : '');
  const missing = [
    ...(offsets.has(0) ? [] : ['the first fragment, which has the ports,']),
    ...(sawLast ? [] : ['the last fragment']),
  ];
  const among = missing.length > 0 ? ` Not among them: ${missing.join(' and ').replace(/,$/, '')}.` : '';
  const protocol = flow.transport === undefined ? '' : ` ${transportName(flow.transport)}`;
  return `${countText(drops)} fragments of one datagram were dropped: ${flow.source} > ${flow.destination}${protocol}, id ${id}, offsets ${shown}, ${causeName(cause)}.${among}`;
}

/** `, 1.0 s, 2.0 s apart`. Empty when the times are not known. */
function apartText(times: readonly number[]): string {
  const apart = times.slice(1).map((time, i) => time - times[i]!);
  // The clock was set back, or drops of several processors came out of order.
  if (apart.length === 0 || apart.some((seconds) => seconds < 0)) return '';
  const shown = apart.slice(0, MOST_PARTS).map((seconds) => durationText(seconds));
  return `, ${shown.join(', ')}${apart.length > MOST_PARTS ? ', ...' : ''} apart`;
}

/** `10.0.0.1.40000 > 10.0.0.2.80 TCP`, as tcpdump writes addresses and ports. */
export function flowText(flow: FlowFacts): string {
  const { source, destination, sourcePort, destinationPort } = flow;
  if (source === undefined) return '(no addresses)';
  const end = (address: string | undefined, port: number | undefined) =>
    port === undefined ? address : `${address}.${port}`;
  return `${end(source, sourcePort)} > ${end(destination, destinationPort)} ${flowProtocol(flow)}`;
}

/** `TCP`, `ICMP type 3 code 1`, `ARP`, `ethertype 0x88cc`. */
export function flowProtocol({ network, transport, icmp, etherType, laterFragment }: FlowFacts): string {
  if (icmp && transport !== undefined)
    return `${transportName(transport)} type ${icmp.type} code ${icmp.code}`;
  if (transport !== undefined) return transportName(transport) + (laterFragment ? ', later fragment' : '');
  if (etherType !== undefined && etherType < MIN_ETHER_TYPE) return `LLC, length ${etherType}`;
  if (etherType !== undefined) return `ethertype 0x${etherType.toString(16).padStart(4, '0')}`;
  return network ?? 'other';
}
