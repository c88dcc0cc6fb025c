/** What a drop reason, a devlink trap, or a function that drops packets means. Texts are plain English, without control characters. */
export interface Explanation {
  /** What happened to the packet: one to three sentences. */
  readonly what: string;
  /** Usual causes, the likeliest first. The sign tells a cause from the others. */
  readonly causes: readonly (readonly [cause: string, sign: string])[];
  /** Whether the sender was told (RST, ICMP), or waits and sends again. */
  readonly sender: string;
  /** Counters that rise with such a drop, or that none does. */
  readonly counters: string;
  /** Commands to run next, the best first. Words in capitals, such as IFACE, are for the reader to replace. */
  readonly next: readonly string[];
  /** Kernel code that shows these facts: `VERSION PATH FUNCTION`. */
  readonly source: readonly string[];
}

/** Explanations by drop reason (without SKB_DROP_REASON_), devlink trap or function. */
export type Explanations = Readonly<Record<string, Explanation>>;
