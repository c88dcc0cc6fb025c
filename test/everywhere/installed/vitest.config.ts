import { defineConfig } from 'vitest/config';

/** The packages in virtual machines: test/everywhere/installed.sh and arm64.sh. */
export default defineConfig({
  test: {
    include: ['test/everywhere/installed/*.test.ts'],
    testTimeout: 60_000,
    // Two boots of the machine, if the first one fails.
    hookTimeout: 1_200_000,
  },
});
