/** One thing that a capture needs, or that limits what a capture shows. */
export interface Check {
  /** `note`: a capture works but shows less. `fail`: a capture does not work. */
  readonly result: 'ok' | 'note' | 'fail';
  readonly name: string;
  readonly text: string;
  /** Why the check matters. */
  readonly why: string;
  /** The command or action that fixes the problem. */
  readonly fix?: string | undefined;
  /** Exit status of the program when the check fails. */
  readonly status?: number;
}
