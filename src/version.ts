import { readFileSync } from 'node:fs';
import { PACKAGE_FOLDER } from './packageFolder.js';

const manifest: unknown = JSON.parse(readFileSync(new URL('package.json', PACKAGE_FOLDER), 'utf8'));

/** Version of this package, from package.json. */
export const VERSION: string =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
