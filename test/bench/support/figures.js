/** @param {number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/**
 * A row of a table.
 * @param {(string | number)[]} cells
 * @param {number[]} widths
 */
export const row = (cells, widths) =>
  `${cells.map((cell, i) => (i === 0 ? String(cell).padEnd(widths[i] ?? 0) : String(cell).padStart(widths[i] ?? 10))).join(' ')}\n`;

/**
 * The line through values at equal steps, by least squares: its slope, and the slope's standard error.
 * @param {number[]} values
 */
export function slope(values) {
  const middle = (values.length - 1) / 2;
  const mean = sum(values) / values.length;
  const spread = sum(values.map((_, i) => (i - middle) ** 2));
  const perStep = sum(values.map((value, i) => (i - middle) * (value - mean))) / spread;
  const residual = sum(values.map((value, i) => (value - mean - perStep * (i - middle)) ** 2));
  return { perStep, error: Math.sqrt(residual / (values.length - 2) / spread) };
}

/** @param {number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);
