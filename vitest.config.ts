import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{unit,conformance,integration}/**/*.test.ts'],
    coverage: { include: ['src/**'], provider: 'v8' },
    globalSetup: 'test/support/skipped.ts',
    testTimeout: 30_000,
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: 'build/results/test.json' }]]
      : ['default'],
  },
});
