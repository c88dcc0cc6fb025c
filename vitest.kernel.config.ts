import { defineConfig } from 'vitest/config';

/** Tests that boot virtual machines, each with minutes of time: two at once, an emulated processor each. */
export default defineConfig({
  test: {
    include: ['test/kernel/**/*.test.ts'],
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 600_000,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'build/results/kernel.json' }]]
      : ['default'],
  },
});
