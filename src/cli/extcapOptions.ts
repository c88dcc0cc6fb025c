import { NOISE_NAMES } from '../class/noiseOf.js';
import { UsageError } from '../errors.js';
import type { ExtcapOptions } from '../extcap/arguments.js';
import { DEVICE, FILTER, HIDE_NOISE, ORIGIN, QUEUE_LENGTH, SNAPSHOT_LENGTH } from '../extcap/sentences.js';
import type { CliOptions } from './options.js';

/** The options of the capture that Wireshark asks for: those of `dropcap -q -w FIFO`. @throws UsageError */
export function captureOptionsOf(call: ExtcapOptions): CliOptions {
  const write = call.get('--fifo');
  if (!write) throw new UsageError('--capture needs --fifo PATH (Wireshark gives it)');
  const snapshotLength = numberOf(call, SNAPSHOT_LENGTH);
  const queueLength = numberOf(call, QUEUE_LENGTH);
  // For tests: a recording in place of the kernel.
  const read = call.get('--read');
  return {
    write,
    origin: origin(call.get(ORIGIN) || 'all'),
    format: 'pcapng',
    pc: true,
    quiet: true,
    ...(snapshotLength > 0 && { snapshotLength }),
    ...(queueLength > 0 && { queueLength }),
    ...(isOn(call.get(HIDE_NOISE)) && { hide: NOISE_NAMES }),
    ...(read !== undefined && { read }),
  };
}

/** The expressions that a drop must fit, each for itself: capture filter, option, network interface. */
export function expressionsOf(call: ExtcapOptions): string[] {
  const device = call.get(DEVICE)?.trim();
  const quoted = device && `iface = "${device.replaceAll('"', '\\"')}"`;
  const texts = [call.get('--extcap-capture-filter')?.trim(), call.get(FILTER)?.trim(), quoted];
  return texts.filter((text): text is string => text !== undefined && text !== '');
}

/** 0 without the option: the default. */
function numberOf(call: ExtcapOptions, name: string): number {
  const text = call.get(name) || '0';
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`${name} takes a whole number, not ${text}`);
}

/** A flag comes alone or with a value: `--hide-noise`, `--hide-noise true`. */
function isOn(text: string | undefined): boolean {
  return text !== undefined && text !== 'false';
}

function origin(text: string): CliOptions['origin'] {
  if (text === 'all' || text === 'sw' || text === 'hw') return text;
  throw new UsageError(`${ORIGIN} takes all, sw or hw, not ${text}`);
}
