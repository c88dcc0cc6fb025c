import { describe, expect, test } from 'vitest';
import { Repeats } from '../../../src/report/repeats.js';

describe('Repeats', () => {
  test('forgets the oldest of 4,096 things, and keeps those of them that were dropped several times', () => {
    const repeats = new Repeats<string>();
    const add = (key: string) => repeats.add(key, 0, 1, () => key);
    for (let i = 0; i < 3; i++) add('first');
    for (let i = 0; i < 4095; i++) add(`once ${i}`);
    expect(add('once 0').drops).toBe(2);
    expect(add('first').drops).toBe(4);
    add('new'); // in place of `first`
    add('newer'); // in place of `once 0`
    expect(add('once 1').drops).toBe(2);
    expect(add('once 0').drops).toBe(1);
    expect(repeats.most().map(({ facts, drops }) => [facts, drops])).toEqual([
      ['first', 4],
      ['once 0', 2],
      ['once 1', 2],
    ]);
  });
});
