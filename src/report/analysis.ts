import type { DropBatch } from '../drop/batch.js';
import type { DropRecord } from '../drop/record.js';
import { FORM, FlowKey, KIND } from '../stage/flowKey.js';
import { addDrop, Causes, type Count, emptyCount, NO_CAUSE, secondsAt } from './causes.js';
import { FlowTable } from './flowTable.js';
import { StoryTeller } from './storyTeller.js';
import { TimeLine } from './timeLine.js';

/** Bytes of a sample's packet that are kept. */
const SAMPLE_BYTES = 256;
/** Causes of which the first drop is kept. */
const MAX_SAMPLES = 256;

/** The first drop of a cause, with at most 256 bytes of its packet, and its framing. */
export interface Sample {
  readonly drop: DropRecord;
  readonly framing: number;
  /** ETH_P_* in host order, or NO_PROTOCOL. */
  readonly protocol: number;
}

/**
 * Counts the drops of a report: by cause, flow, protocol and time. Is an outlet, also of several captures one after another.
 * Memory is bounded for any number of drops.
 */
export class Analysis {
  readonly total: Count = emptyCount();
  readonly causes: Causes = new Causes();
  readonly flows: FlowTable = new FlowTable();
  readonly timeLine: TimeLine = new TimeLine();
  readonly stories: StoryTeller = new StoryTeller();
  /** Drops by the protocol words of a FlowKey: the content, and the protocol in the IP header from bit 8 on. */
  readonly protocols: Map<number, Count> = new Map();
  /** Drops whose packets ended inside their headers, or were damaged there. */
  readonly unreadable: Count = emptyCount();
  /** Drops without a time. */
  timeless = 0;
  /** Equal drops that --dedupe had left out. */
  repeated = 0;
  readonly samples: Map<number, Sample> = new Map();
  readonly #key = new FlowKey();

  /** Counts a batch. Does not change the batch; the caller may release it afterwards. */
  write(batch: DropBatch): undefined {
    const key = this.#key;
    for (let row = 0; row < batch.length; row++) {
      const time = secondsAt(batch, row);
      if (time === 0) this.timeless++;
      this.repeated += batch.repeatedBefore[row]!;
      addDrop(this.total, time);
      const cause = this.causes.add(batch, row, time);
      this.timeLine.add(cause, time);
      if (!this.samples.has(cause)) this.#keepSample(cause, batch, row);
      if (key.read(batch, row)) {
        key.words[KIND] = cause >>> 0;
        this.flows.add(key, time);
        this.#countProtocol((key.words[FORM]! >>> 8) & 0xffff, time);
        this.stories.see(batch, row, key, cause, time);
      } else {
        addDrop(this.unreadable, time);
      }
    }
    return undefined;
  }

  #countProtocol(protocol: number, time: number): void {
    let count = this.protocols.get(protocol);
    if (!count) {
      count = emptyCount();
      this.protocols.set(protocol, count);
    }
    addDrop(count, time);
  }

  #keepSample(cause: number, batch: DropBatch, row: number): void {
    if (cause === NO_CAUSE || this.samples.size === MAX_SAMPLES) return;
    const record = batch.record(row);
    const drop = record.with({ payload: record.payload.slice(0, SAMPLE_BYTES) });
    this.samples.set(cause, { drop, framing: batch.framing[row]!, protocol: batch.protocol[row]! });
  }
}
