import { defineConfig } from 'vitest/config';

/** The test with an emulated arm64 machine: test/everywhere/arm64.sh. */
export default defineConfig({
  test: {
    include: ['test/everywhere/arm64/*.test.ts'],
    testTimeout: 60_000,
    // Two boots of the machine, if the first one fails.
    hookTimeout: 1_200_000,
  },
});
