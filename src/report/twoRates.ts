/** Coefficients of a Lanczos approximation of the gamma function with g = 7 (relative error below 1e-14). */
const LANCZOS_G = 7;
const LANCZOS: readonly number[] = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];
const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);
/** Stops the continued fraction. */
const PRECISION = 1e-14;
/** The fraction needs about the square root of the larger parameter: enough for 1e10 drops. */
const MAX_TERMS = 1_000_000;
/** In place of a denominator of 0. */
const TINY = 1e-300;

/**
 * How probable two counts are that differ so much or more, if the rate is the same: the exact conditional test of two Poisson
 * counts (two-sided, twice the smaller tail). Given the sum, the second count has a binomial distribution, whose probability is
 * the second part of the time (Przyborowski and Wilenski, 1940). The counts need not be whole: a count of events that come in
 * bursts is divided by the size of a burst first.
 * @param first, second counts, 0 or more
 * @param firstSeconds, secondSeconds above 0
 * @returns from 0 to 1
 */
export function sameRateProbability(
  first: number,
  firstSeconds: number,
  second: number,
  secondSeconds: number,
): number {
  const share = secondSeconds / (firstSeconds + secondSeconds);
  const asManyOrMore = second === 0 ? 1 : betaPart(share, second, first + 1);
  const asManyOrFewer = first === 0 ? 1 : betaPart(1 - share, first, second + 1);
  return Math.min(1, 2 * Math.min(asManyOrMore, asManyOrFewer));
}

/**
 * Corrects the probabilities of several tests by Holm's method: if each is compared with a limit, the probability that any test
 * wrongly is below the limit is at most the limit.
 */
export function holmCorrected(probabilities: readonly number[]): number[] {
  const order = [...probabilities.keys()].toSorted((a, b) => probabilities[a]! - probabilities[b]!);
  const corrected = Array.from<number>({ length: probabilities.length });
  let least = 0;
  order.forEach((test, rank) => {
    least = Math.max(least, Math.min(1, probabilities[test]! * (order.length - rank)));
    corrected[test] = least;
  });
  return corrected;
}

/**
 * How many drops count as one event: the variance of the counts by their mean, 1 or more. It is 1 for drops that come singly,
 * and about n for n drops in one burst. From Pearson's statistic of equal rates within each capture.
 * @param captures counts in parts of equal length, of each capture
 */
export function burstSizeOf(captures: readonly (readonly number[])[]): number {
  let statistic = 0;
  let freedom = 0;
  for (const parts of captures) {
    const mean = parts.reduce((sum, count) => sum + count, 0) / parts.length;
    if (!(mean > 0)) continue;
    for (const count of parts) statistic += (count - mean) ** 2 / mean;
    freedom += parts.length - 1;
  }
  return freedom === 0 ? 1 : Math.max(1, statistic / freedom);
}

/** The regularized incomplete beta function I_x(a, b): the binomial distribution's tails are its values. */
function betaPart(x: number, a: number, b: number): number {
  const logFactor = logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  // The fraction converges fast on this side; the other side is its complement.
  return x < (a + 1) / (a + b + 2)
    ? (Math.exp(logFactor) * betaFraction(x, a, b)) / a
    : 1 - (Math.exp(logFactor) * betaFraction(1 - x, b, a)) / b;
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / orTiny(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / orTiny(1 + even * d);
    c = orTiny(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / orTiny(1 + odd * d);
    c = orTiny(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < PRECISION) break;
  }
  return value;
}

function orTiny(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** @param x above 0 */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const z = x - 1;
  const base = z + LANCZOS_G + 0.5;
  let sum = LANCZOS[0]!;
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i]! / (z + i);
  return HALF_LOG_2_PI + (z + 0.5) * Math.log(base) - base + Math.log(sum);
}
