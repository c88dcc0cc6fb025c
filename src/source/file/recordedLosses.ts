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
 * Adds up the losses that a file reports about its captures. At the end of a capture, dropcap writes statistics of each
 * interface. So the losses of a section are known only when each of its interfaces has statistics. A capture that was
 * killed has none. mergecap 4.0 keeps only some statistics of the merged files, and editcap 4.0 keeps none
 * (test/conformance/mergedFiles.test.ts).
 */
export class RecordedLosses implements SectionListener {
  /** Of the sections before the current one. */
  #before: Sums = { queueDrops: 0n, overruns: 0n };
  /** Of the current section, so far; undefined before the first section. */
  #current: Sums | undefined;
  /** The interfaces of the current section that have no statistics yet. */
  readonly #silent = new Set<ReadInterface>();

  /** The losses. A kind of losses is known when each section reports it. */
  get known(): LossCounters {
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

  onStatistics({ interface: subject, droppedByInterface, droppedByOs }: ReadStatistics): void {
    this.#silent.delete(subject);
    if (subject.name !== DROPMON_INTERFACE) return;
    const { queueDrops, overruns } = this.#current ?? NOT_KNOWN;
    // The interface of the losses reports them; other interfaces of this name report packets.
    this.#current = {
      queueDrops: droppedByInterface === undefined ? queueDrops : (queueDrops ?? 0n) + droppedByInterface,
      overruns: droppedByOs === undefined ? overruns : (overruns ?? 0n) + droppedByOs,
    };
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
