import { defineConfig } from 'vitest/config';

/** Tests that boot virtual machines: one at a time, each with minutes of time. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'build/results/kernel.json' }]]
      : ['default'],
  },
});
