import { ISB_ENDTIME, ISB_IFDROP, ISB_OSDROP, ISB_STARTTIME, ISB_USRDELIV } from './constants.js';
import { OPTIONS_OVERRUN, OptionCursor } from './optionCursor.js';
import type { ReadInterface } from './readInterface.js';

/** Length of the value of each option from ISB_STARTTIME to ISB_USRDELIV. */
const VALUE_BYTES = 8;
const OPTIONS_OFFSET = 12;

/** What an interface statistics block reports. Undefined: the block does not report it. */
export interface ReadStatistics {
  readonly interface: ReadInterface;
  /** Time of the statistics, in nanoseconds since 1970 UTC. */
  readonly timestampNs: bigint;
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
  /** In packets. */
  readonly droppedByInterface: bigint | undefined;
  readonly droppedByOs: bigint | undefined;
}

/**
 * Reads the body of an interface statistics block, from `start` to `end`. The caller checked that it has 12 bytes. The
 * layout is in blockBuilders.ts.
 * @param subject the interface that the block names.
 * @param onDamage called with a text for people when an option is damaged. The other options are read.
 */
export function readStatistics(
  view: DataView,
  start: number,
  end: number,
  littleEndian: boolean,
  subject: ReadInterface,
  onDamage: (what: string) => void,
): ReadStatistics {
  const values = new Map<number, bigint>();
  const timeAt = (at: number) => {
    const [high, low] = [view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian)];
    const timestamp = (BigInt(high) << 32n) | BigInt(low);
    return subject.toNanoseconds?.(timestamp) ?? timestamp;
  };
  const option = new OptionCursor();
  option.reset(view, start + OPTIONS_OFFSET, end, littleEndian);
  while (option.next()) {
    const { code, length } = option;
    if (code < ISB_STARTTIME || code > ISB_USRDELIV) continue;
    if (length !== VALUE_BYTES) onDamage(`option ${code} of ${length} bytes`);
    else values.set(code, code <= ISB_ENDTIME ? timeAt(option.offset) : option.u64());
  }
  if (option.overrun) onDamage(OPTIONS_OVERRUN);
  return {
    interface: subject,
    timestampNs: timeAt(start + 4),
    startNs: values.get(ISB_STARTTIME),
    endNs: values.get(ISB_ENDTIME),
    droppedByInterface: values.get(ISB_IFDROP),
    droppedByOs: values.get(ISB_OSDROP),
  };
}
