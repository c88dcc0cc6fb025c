import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { NetlinkBinding } from '../../../src/binding/contract.js';
import * as load from '../../../src/binding/load.js';
import { exitStatusOf } from '../../../src/cli/exitStatus.js';
import { NetlinkError } from '../../../src/errors.js';
import { openGuardChannel } from '../../../src/guard/channel.js';

vi.mock(import('../../../src/binding/load.js'), { spy: true });

const folder = mkdtempSync(join(tmpdir(), 'dropcap-guard-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('openGuardChannel', () => {
  test('says who may run the guard when this user may not, before it opens anything', () => {
    const path = join(folder, 'dropcap-guard');
    // Even root may not run a file without execute permission.
    writeFileSync(path, '', { mode: 0o640 });
    vi.mocked(load.guardPath).mockReturnValue(path);
    const openSocketPair = vi.fn<NetlinkBinding['openSocketPair']>();
    let thrown: unknown;
    try {
      openGuardChannel({ openSocketPair } as Partial<NetlinkBinding> as NetlinkBinding);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(NetlinkError);
    expect(thrown).toMatchObject({ message: expect.stringMatching(/permission denied \(.*dropcap doctor/) });
    expect(exitStatusOf(thrown)).toBe(3);
    expect(openSocketPair).not.toHaveBeenCalled();
  });
});
