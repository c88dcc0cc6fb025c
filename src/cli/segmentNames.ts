import { parse } from 'node:path';
import { format } from './strftime.js';

/** How the files of a capture are named. */
export type SegmentNaming =
  /** tcpdump -C: NAME, NAME1, NAME2. */
  | { readonly style: 'counted' }
  /** tcpdump -C -W: NAME00 to NAME09, then NAME00 again. */
  | { readonly style: 'ring'; readonly files: number }
  /** tcpdump -G: NAME has directives of strftime(3). A name that would come twice gets a number. */
  | { readonly style: 'strftime' }
  /** dumpcap -b: NAME_00001_20261127214500.pcapng, with nametimenum:2 NAME_20261127214500_00001.pcapng. */
  | { readonly style: 'numbered'; readonly timeFirst: boolean };

/** Most names that are remembered. */
const MOST_NAMES = 10_000;

/** Names a capture's files, in their order. The times are local. */
export class SegmentNames {
  readonly #name: string;
  readonly #naming: SegmentNaming;
  readonly #overwrite: boolean;
  /** How often a name of strftime(3) came: a clock that is set back brings names again. */
  readonly #times = new Map<string, number>();

  /**
   * @param name of -w
   * @param overwrite whether a name may come again later: its file is then overwritten
   */
  constructor(name: string, naming: SegmentNaming, overwrite: boolean) {
    this.#name = name;
    this.#naming = naming;
    this.#overwrite = overwrite;
  }

  /**
   * The next file's name. Call it once a file.
   * @param segment the file's number, from 0
   * @param time of the file's first drop
   */
  next(segment: number, time: Date): string {
    const naming = this.#naming;
    switch (naming.style) {
      case 'counted':
        return segment === 0 ? this.#name : `${this.#name}${segment}`;
      case 'ring': {
        const digits = String(naming.files - 1).length;
        return `${this.#name}${String(segment % naming.files).padStart(digits, '0')}`;
      }
      case 'strftime': {
        const name = format(this.#name, time);
        const times = this.#times.get(name) ?? 0;
        if (this.#overwrite && times === 0) this.#times.clear();
        this.#times.delete(name);
        this.#times.set(name, times + 1);
        if (this.#times.size > MOST_NAMES) this.#times.delete(this.#times.keys().next().value!);
        return times === 0 ? name : `${name}${times}`;
      }
      default:
        return this.#numbered(segment, time, naming.timeFirst);
    }
  }

  #numbered(segment: number, time: Date, timeFirst: boolean): string {
    const { dir, name, ext } = parse(this.#name);
    const number = String(segment + 1).padStart(5, '0');
    const stamp = format('%Y%m%d%H%M%S', time);
    const folder = dir === '' || dir.endsWith('/') ? dir : `${dir}/`;
    return `${folder}${name}_${timeFirst ? `${stamp}_${number}` : `${number}_${stamp}`}${ext}`;
  }
}

/** Whether the name has a directive of strftime(3). */
function hasTime(name: string): boolean {
  return format(name, new Date(0)) !== name;
}

/** Whether the names of strftime(3) come again, since they do not tell the year. */
export function comesAgain(name: string): boolean {
  // After 28 years, the calendar is the same.
  const [first, later] = [new Date(2026, 0, 5), new Date(2054, 0, 5)];
  return hasTime(name) && format(name, first) === format(name, later);
}
