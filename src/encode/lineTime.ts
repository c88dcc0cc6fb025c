import type { AsciiWriter } from '../dissect/asciiWriter.js';
import { nanosecondsOf, secondsOf } from './timestamp.js';

/**
 * How a line shows its time, as tcpdump's -t options do: time of day, nothing (-t), seconds since 1970 (-tt), time since
 * the drop before (-ttt), date and time of day (-tttt), or time since the first drop (-ttttt).
 */
export type TimeStyle = 'time' | 'none' | 'epoch' | 'delta' | 'date' | 'elapsed';

const MICROSECONDS = 1_000_000;

/** Most bytes of a line's time: a date, a time of day and two spaces, or a difference of years. */
export const MAX_LINE_TIME_BYTES = 40;

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

  /**
   * Writes a time: nanoseconds since 1970 UTC, in two words of 32 bits.
   * @param line has room for MAX_LINE_TIME_BYTES.
   */
  write(line: AsciiWriter, high: number, low: number): void {
    if (this.#style === 'none') return;
    const second = secondsOf(high, low);
    const micros = Math.floor(nanosecondsOf(high, low) / 1000);
    switch (this.#style) {
      case 'epoch':
        writeMicros(line.number(second), micros);
        break;
      case 'delta':
      case 'elapsed':
        this.#writeDifference(line, second, micros);
        break;
      case 'date':
        this.#keep(second);
        writeMicros(line.text(this.#date).text(' ').text(this.#time), micros);
        break;
      default: {
        const before = this.#date;
        this.#keep(second);
        // A time of day alone would be wrong after midnight: the first line of another day has the date.
        if (before !== '' && before !== this.#date) line.text(this.#date).text(' ');
        writeMicros(line.text(this.#time), micros);
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

  #writeDifference(line: AsciiWriter, second: number, micros: number): void {
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
    line.text(negative ? '-' : ' ');
    if (hours < 10) line.text('0');
    line
      .number(hours)
      .text(':')
      .digits(Math.floor((seconds % 3600) / 60), 2)
      .text(':')
      .digits(seconds % 60, 2);
    writeMicros(line, rest);
  }
}

/** Writes what every time ends with. */
function writeMicros(line: AsciiWriter, micros: number): void {
  line.text('.').digits(micros, 6).text(' ');
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}
