/** Nothing first, then more and more. */
const BLOCKS = '▁▂▃▄▅▆▇█';
const ASCII = '_.:-=+*#';

/**
 * Numbers as a row of bars, each as high as its part of the largest. Each number above 0 is higher than 0.
 * @param unicode whether the terminal shows block elements
 */
export function sparkline(numbers: readonly number[], unicode: boolean): string {
  const bars = unicode ? BLOCKS : ASCII;
  const most = Math.max(...numbers, 1);
  return numbers
    .map((number) => bars[number === 0 ? 0 : Math.max(Math.round((number / most) * (bars.length - 1)), 1)]!)
    .join('');
}
