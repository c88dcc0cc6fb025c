import type { LossCounters } from '../../drop/losses.js';
import { DROPMON_INTERFACE } from '../../metadata/interfaceDescription.js';
import type { SectionListener } from '../../pcapng/reader.js';
import type { ReadInterface } from '../../pcapng/readInterface.js';
import type { ReadStatistics } from '../../pcapng/readStatistics.js';

/** Losses of each kind; undefined: not known. */
interface Sums {
  readonly queueDrops: bigint | undefined;
  readonly overruns: bigint | undefined;
}

const NOT_KNOWN: Sums = { queueDrops: undefined, overruns: undefined };

/**
 * Adds up what the statistics in a file report about its captures: losses, begin and end. At the end of a capture,
 * dropcap writes statistics of each interface. So the losses of a section are known only when each of its interfaces has
 * statistics. A capture that was killed has none. mergecap 4.0 keeps only some statistics of the merged files, and editcap 4.0 keeps none
 * (test/conformance/mergedFiles.test.ts).
 */
export class RecordedStatistics implements SectionListener {
  /** Begin of the first capture and end of the last one, in nanoseconds since 1970 UTC; undefined: not known. */
  startNs: bigint | undefined;
  endNs: bigint | undefined;
  /** Of the sections before the current one. */
  #before: Sums = { queueDrops: 0n, overruns: 0n };
  /** Of the current section, so far; undefined before the first section. */
  #current: Sums | undefined;
  /** The interfaces of the current section that have no statistics yet. */
  readonly #silent = new Set<ReadInterface>();

  /** The losses. A kind of losses is known when each section reports it. */
  get losses(): LossCounters {
    const { queueDrops, overruns } = this.#sum();
    return {
      queueDrops: queueDrops === undefined ? undefined : Number(queueDrops),
      overruns: overruns === undefined ? undefined : Number(overruns),
    };
  }

  onSection(): void {
    if (this.#current) this.#before = this.#sum();
    this.#current = NOT_KNOWN;
    this.#silent.clear();
  }

  onInterface(subject: ReadInterface): void {
    this.#silent.add(subject);
  }

  onStatistics(statistics: ReadStatistics): void {
    const { interface: subject, droppedByInterface, droppedByOs } = statistics;
    this.#silent.delete(subject);
    this.#learnTimes(statistics);
    if (subject.name !== DROPMON_INTERFACE) return;
    const { queueDrops, overruns } = this.#current ?? NOT_KNOWN;
    // The interface of the losses reports them; other interfaces of this name report packets.
    this.#current = {
      queueDrops: droppedByInterface === undefined ? queueDrops : (queueDrops ?? 0n) + droppedByInterface,
      overruns: droppedByOs === undefined ? overruns : (overruns ?? 0n) + droppedByOs,
    };
  }

  /** A time of 0 is not known: dropcap 0.1.0 wrote it into files without drops. */
  #learnTimes({ startNs = 0n, endNs = 0n }: ReadStatistics): void {
    if (startNs !== 0n && (this.startNs === undefined || startNs < this.startNs)) this.startNs = startNs;
    if (endNs !== 0n && (this.endNs === undefined || endNs > this.endNs)) this.endNs = endNs;
  }

  #sum(): Sums {
    const section = this.#silent.size > 0 ? undefined : this.#current;
    const { queueDrops, overruns } = section ?? NOT_KNOWN;
    return {
      queueDrops: plus(this.#before.queueDrops, queueDrops),
      overruns: plus(this.#before.overruns, overruns),
    };
  }
}

function plus(a: bigint | undefined, b: bigint | undefined): bigint | undefined {
  return a === undefined || b === undefined ? undefined : a + b;
}
