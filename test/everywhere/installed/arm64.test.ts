import { describe } from 'vitest';
import { ARM64_KINDS } from '../../kernel/kinds.js';
import { judgePackages } from './captures.js';

const root = process.env['DROPCAP_ARM64_ROOT'];
if (root === undefined) throw new Error('run test/everywhere/arm64.sh: it makes the root file system');

describe('the packages on Linux 6.12 for arm64', () => {
  judgePackages('arm64', '6.12-arm64', ARM64_KINDS, '-r', root);
});
