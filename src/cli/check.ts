/** One thing that a capture needs, or that decides what it shows. */
export interface Check {
  /** `note`: a capture works, but shows less. */
  readonly result: 'ok' | 'note' | 'fail';
  readonly name: string;
  readonly text: string;
  /** Why it matters. */
  readonly why: string;
  /** The command, or what else, that mends it. */
  readonly mend?: string | undefined;
  /** What the program exits with when it fails. */
  readonly status?: number;
}
