import { release } from 'node:os';
import type { NetlinkBinding } from '../binding/contract.js';
import { HOST_FILES, type HostFiles } from './files.js';

/** A host to inspect. Tests define their own. */
export interface Host {
  readonly files: HostFiles;
  /** Release of the running kernel, as `uname -r` prints it. */
  readonly release: string;
  /** The binding for requests to the host's kernel; undefined: the addon. */
  readonly binding: NetlinkBinding | undefined;
}

/** The host that dropcap runs on. */
export const THIS_HOST: Host = { files: HOST_FILES, release: release(), binding: undefined };
