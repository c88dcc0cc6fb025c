import { nanosecondsOf, secondsOf } from './timestamp.js';

/**
 * How a line shows its time, as tcpdump's -t options do: time of day, nothing (-t), seconds since 1970 (-tt), time since
 * the drop before (-ttt), date and time of day (-tttt), or time since the first drop (-ttttt).
 */
export type TimeStyle = 'time' | 'none' | 'epoch' | 'delta' | 'date' | 'elapsed';

const MICROSECONDS = 1_000_000;

/** Writes the time at the beginning of each line, in local time with microseconds, and the space after it. */
export class LineTime {
  readonly #style: TimeStyle;
  /** The second whose texts are kept: the drops of a second usually come one after another. */
  #second = Number.NaN;
  #date = '';
  #time = '';
  /** What differences start from. */
  #baseSecond = Number.NaN;
  #baseMicros = 0;

  constructor(style: TimeStyle = 'time') {
    this.#style = style;
  }

  /** The text for a time: nanoseconds since 1970 UTC, in two words of 32 bits. */
  next(high: number, low: number): string {
    const second = secondsOf(high, low);
    const micros = Math.floor(nanosecondsOf(high, low) / 1000);
    switch (this.#style) {
      case 'none':
        return '';
      case 'epoch':
        return `${second}.${sixDigits(micros)} `;
      case 'delta':
      case 'elapsed':
        return `${this.#difference(second, micros)} `;
      case 'date':
        this.#keep(second);
        return `${this.#date} ${this.#time}.${sixDigits(micros)} `;
      default: {
        const before = this.#date;
        this.#keep(second);
        // A time of day alone would be wrong after midnight: the first line of another day has the date.
        const date = before === '' || before === this.#date ? '' : `${this.#date} `;
        return `${date}${this.#time}.${sixDigits(micros)} `;
      }
    }
  }

  #keep(second: number): void {
    if (second === this.#second) return;
    this.#second = second;
    const date = new Date(second * 1000);
    this.#date = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
    this.#time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  }

  #difference(second: number, micros: number): string {
    const first = Number.isNaN(this.#baseSecond);
    let seconds = first ? 0 : second - this.#baseSecond;
    let rest = first ? 0 : micros - this.#baseMicros;
    if (first || this.#style === 'delta') {
      this.#baseSecond = second;
      this.#baseMicros = micros;
    }
    const negative = seconds < 0 || (seconds === 0 && rest < 0);
    if (negative) [seconds, rest] = [-seconds, -rest];
    if (rest < 0) {
      seconds -= 1;
      rest += MICROSECONDS;
    }
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    return `${negative ? '-' : ' '}${two(hours)}:${two(minutes)}:${two(seconds % 60)}.${sixDigits(rest)}`;
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function sixDigits(value: number): string {
  return value.toString().padStart(6, '0');
}
