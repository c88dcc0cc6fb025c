import { describe } from 'vitest';
import { judge, STEPS } from './fewSteps.js';
import { KINDS_5_10, NEWEST_KINDS } from './kinds.js';
import { machine } from './machine.js';

/** What other kernels than 6.12 and 6.1 must do. Each run takes two minutes: test/everywhere/kernels.sh runs more. */
describe.each([
  { kernel: 'newest', kinds: NEWEST_KINDS, reasons: true },
  { kernel: '5.10', kinds: KINDS_5_10, reasons: false },
])('dropcap on the kernel $kernel', ({ kernel, kinds, reasons }) => {
  judge(machine(kernel, STEPS), kinds, reasons);
});
