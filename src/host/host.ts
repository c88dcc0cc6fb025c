import { release } from 'node:os';
import type { NetlinkBinding } from '../binding/contract.js';
import { HOST_FILES, type HostFiles } from './files.js';

/** A host to be looked at; tests make up their own. */
export interface Host {
  readonly files: HostFiles;
  /** Of its running kernel, as uname tells it. */
  readonly release: string;
  /** What to reach its kernel by; undefined for the addon. */
  readonly binding: NetlinkBinding | undefined;
}

/** The one that we run on. */
export const THIS_HOST: Host = { files: HOST_FILES, release: release(), binding: undefined };
