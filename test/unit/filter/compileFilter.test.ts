import { expect, test, vi } from 'vitest';
import { UsageError } from '../../../src/errors.js';
import { compileFilter } from '../../../src/filter/compileFilter.js';

const binding = { pcapVersion: () => undefined };
vi.mock('../../../src/binding/load.js', () => ({ loadBinding: () => binding }));

test('without libpcap, terms about the drop work, and terms about the packet name the package', () => {
  expect(compileFilter('reason = NO_SOCKET and not lost').text).toBe('reason = NO_SOCKET and not lost');
  expect(() => compileFilter('reason = NO_SOCKET and tcp')).toThrow(
    new UsageError(
      'filter: libpcap is missing, which reads terms about packets such as "tcp port 443" (Debian, Ubuntu: sudo apt install libpcap0.8; Fedora, RHEL: sudo dnf install libpcap)',
    ),
  );
});
