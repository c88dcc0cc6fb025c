import type { DropFilter } from '../filter/compileFilter.js';
import { removeRepeats } from '../stage/dedupe.js';
import { filterDrops } from '../stage/filter.js';
import { hideNoise, type HideStage } from '../stage/hide.js';
import { limitCount } from '../stage/limit.js';
import { limitRate } from '../stage/rateLimit.js';
import { sampleDrops } from '../stage/sample.js';
import { selectOrigin } from '../stage/select.js';
import type { Stage } from '../stage/stage.js';
import { truncatePayloads } from '../stage/truncate.js';
import { type CliOptions, originOf } from './options.js';

/** The stages for the options. In a live capture, the kernel truncates too; a recording is truncated only here. */
export function stagesFor(
  options: CliOptions,
  filter: DropFilter | undefined,
  hide: HideStage | undefined,
): Stage[] {
  const { dedupe, sample, rateLimit, drops, snapshotLength } = options;
  const wanted = originOf(options);
  return [
    ...(wanted === undefined ? [] : [selectOrigin(wanted)]),
    ...(filter ? [filterDrops(filter)] : []),
    ...(hide ? [hide] : []),
    ...(dedupe === undefined ? [] : [removeRepeats(dedupe)]),
    ...(sample === undefined ? [] : [sampleDrops(sample)]),
    ...(rateLimit === undefined ? [] : [limitRate(rateLimit)]),
    ...(drops === undefined ? [] : [limitCount(drops)]),
    ...(snapshotLength ? [truncatePayloads(snapshotLength)] : []),
  ];
}

/**
 * The stage that leaves out noise: as --hide and --all say, else for lines on a terminal without an expression. An
 * expression says which drops are wanted.
 * @param onTerminal whether the output is a terminal
 */
export function hideStageFor(
  { hide, all, json, write, count, summary }: CliOptions,
  filter: DropFilter | undefined,
  onTerminal: boolean,
): HideStage | undefined {
  if (hide) return hideNoise(hide);
  const printsLines = write === undefined && !json && !count && !summary && !filter;
  return printsLines && !all && onTerminal ? hideNoise() : undefined;
}
