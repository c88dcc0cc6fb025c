import { InvalidArgumentError } from 'commander';

/** The limit of setTimeout in seconds: 24 days. */
const MAX_DURATION_SECONDS = 2_147_483;
const DAY_SECONDS = 86_400;

/** The value of `--duration`. @throws InvalidArgumentError */
export function duration(text: string): number {
  const value = seconds(text);
  if (value > 0 && value <= MAX_DURATION_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds above 0, up to ${MAX_DURATION_SECONDS}.`);
}

/** The value of `--status-interval`. @throws InvalidArgumentError */
export function statusInterval(text: string): number {
  const value = seconds(text);
  if (value >= 1 && value <= DAY_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds from 1 to ${DAY_SECONDS}, a day.`);
}

/** The value of `--settle`. @throws InvalidArgumentError */
export function settleTime(text: string): number {
  const value = seconds(text);
  if (value <= DAY_SECONDS) return value;
  throw new InvalidArgumentError(`It takes a number of seconds from 0 to ${DAY_SECONDS}, a day.`);
}

function seconds(text: string): number {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
