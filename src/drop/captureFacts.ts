/** What a file says about the capture that made it. Undefined: the file does not say it. */
export interface CaptureFacts {
  /** Hardware and operating system of the host, as text. */
  readonly hardware: string | undefined;
  readonly os: string | undefined;
  /** The program that wrote the file. */
  readonly application: string | undefined;
  /** The filter expression that chose the drops, as far as the file was read. */
  readonly filter: string | undefined;
  /** Comments about the whole capture. */
  readonly comments: readonly string[];
  /** Begin and end of the capture, in nanoseconds since 1970 UTC. Not known before the end of the file. */
  readonly startNs: bigint | undefined;
  readonly endNs: bigint | undefined;
}
