import { createHmac } from 'node:crypto';
import { type KindFacts } from '../drop/kind.js';
import { joinSymbol, splitSymbol } from '../drop/symbol.js';

/**
 * Names that the kernel, systemd and common programs give by themselves: `eth0`, `wg1`, `enp3s0f1np1`, `veth9f2c81a`. A name
 * from a hardware address (`enx...`) is none.
 */
const STANDARD_NAMES: readonly RegExp[] = [
  /^(lo|dropmon)$/,
  /^(eth|wlan|wwan|usb|br|bond|team|tun|tap|wg|vxlan|geneve|gre|gretap|erspan|sit|ipip|tunl|ip6tnl|ip6gre|ip_vti|ip6_vti)\d{1,5}$/,
  /^(dummy|ifb|macvlan|macvtap|ipvlan|ppp|ib|can|vcan|vxcan|nlmon|hsr|vrf|docker|virbr|vnet|bridge|lan|swp|veth|ifindex)\d{1,5}$/,
  /^(en|wl|ww|ib|sl)(P\d{1,5})?(o\d{1,4}|(p\d{1,4})?s\d{1,4}(f\d{1,3})?)((n[ps]?|d|v|u)\d{1,4}){0,4}$/,
  /^veth[0-9a-f]{7,8}$/,
];
const VLAN = /\.\d{1,4}$/;
/** Names of replaced devices begin with this. The rest is made of the key and the name. */
const REPLACED = 'if';
const DIGITS = 8;
/** Names that are remembered for the report: a hostile recording may have any number. */
const MAX_NAMES = 1024;

const REASON = /^[A-Z0-9_]{1,64}$/;
const TRAP = /^[a-z0-9_]{1,64}$/;
/** What can be an address: also kernels of 32 bits have this many digits. */
const ADDRESS = '[0-9A-Fa-f]{8,}';
/** An offset or a size: too short for an address. */
const NUMBER = '(0(x[0-9a-f]{0,7})?)?';
/** A function, with offset and size. The kernel cuts its text at any character. */
const FUNCTION = new RegExp(`^(?!${ADDRESS}(\\+|$))[A-Za-z_][\\w.]{0,127}(\\+${NUMBER}(/${NUMBER})?)?$`);
const MODULE = new RegExp(`^(?!${ADDRESS}$)[A-Za-z0-9_-]{1,56}$`);
/** A user's program has the name that the user gave. */
const BPF_PROGRAM = /^bpf_prog_[\w.]*/;

/** Replaces names in the facts of drops, and leaves out what can have an address or a person's text. */
export class KernelTexts {
  readonly #key: Uint8Array;
  readonly #keepNames: boolean;
  /** Interface names that stayed, and names that were replaced: the first ones of each. */
  readonly kept: Set<string> = new Set();
  readonly replaced: Set<string> = new Set();

  constructor(key: Uint8Array, keepNames: boolean) {
    this.#key = key;
    this.#keepNames = keepNames;
  }

  /**
   * The facts of a kind that stay: numbers, and texts of a known form. The program counter goes, because it reveals where the
   * kernel was loaded; so does the cookie, which the author of a rule chose.
   */
  factsOf(facts: KindFacts): KindFacts {
    const { origin, ifindex, interfaceName, interfaceNameSource, otherNamespace } = facts;
    return {
      origin,
      reason: matching(facts.reason, REASON),
      symbolText: symbolOf(facts.symbolText),
      trap: matching(facts.trap, TRAP),
      trapGroup: matching(facts.trapGroup, TRAP),
      ifindex,
      interfaceName: interfaceName === undefined ? undefined : this.#nameOf(interfaceName),
      interfaceNameSource,
      otherNamespace,
      deviceType: facts.deviceType,
      littleEndian: facts.littleEndian,
    };
  }

  #nameOf(name: string): string {
    const device = name.replace(VLAN, '');
    if (this.#keepNames || STANDARD_NAMES.some((pattern) => pattern.test(device))) {
      if (this.kept.size < MAX_NAMES) this.kept.add(name);
      return name;
    }
    if (this.replaced.size < MAX_NAMES) this.replaced.add(name);
    const digest = createHmac('sha256', this.#key).update(`interface ${name}`).digest('hex');
    return REPLACED + digest.slice(0, DIGITS);
  }
}

function matching(text: string | undefined, pattern: RegExp): string | undefined {
  return text !== undefined && pattern.test(text) ? text : undefined;
}

function symbolOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const place = splitSymbol(text);
  const symbol = matching(place.symbol, FUNCTION)?.replace(BPF_PROGRAM, 'bpf_prog');
  if (symbol === undefined) return undefined;
  return joinSymbol({ symbol, module: matching(place.module, MODULE) });
}
