import type { KernelTexts } from '../share/kernelTexts.js';
import type { ShareStage } from '../share/shareStage.js';
import type { SharedFacts } from '../share/sharedFacts.js';
import { sizeText } from './report.js';

/** Most interface names in a line. */
const MAX_SHOWN = 20;

/** What a shared file was made with. */
export interface Sharing {
  readonly stage: ShareStage;
  readonly texts: KernelTexts;
  readonly facts: SharedFacts;
  readonly randomKey: boolean;
  readonly keepVendor: boolean;
}

/** Says what a shared file has of the original, and what it lacks: who gives the file away should look at it. */
export function shareLines({ stage, texts, facts, randomKey, keepVendor }: Sharing): string[] {
  const { kernelRelease } = facts;
  const vendor = keepVendor ? ', without their vendors' : '';
  const names = namesText(texts.kept);
  const lines = [
    `removed: ${sizeText(stage.cutBytes)} after the headers; kernel addresses, cookies, comments, the filter expression, drivers`,
    `replaced: IP addresses, hardware addresses${vendor}${texts.replaced.size > 0 ? `, ${namesCount(texts.replaced.size)}` : ''}`,
    'kept: times, lengths, ports, VLANs, sequence numbers and other fields of the headers',
    'kept: drop reasons, traps, functions and modules, numbers of interfaces',
  ];
  if (names !== '') lines.push(`kept: interface names ${names}`);
  if (kernelRelease !== undefined) lines.push(`kept: kernel release ${kernelRelease}`);
  if (stage.bare > 0) {
    const many = stage.bare === 1 ? '1 packet has' : `${stage.bare} packets have`;
    lines.push(`${many} no header that dropcap understands: only the length stayed`);
  }
  lines.push(
    randomKey
      ? 'the key was random, and is gone: another run replaces by other addresses (--key-file uses one key)'
      : 'the key undoes the replacement: keep its file to yourself',
  );
  return lines;
}

function namesCount(count: number): string {
  return count === 1 ? '1 interface name' : `${count} interface names`;
}

function namesText(names: ReadonlySet<string>): string {
  const shown = [...names].slice(0, MAX_SHOWN).join(', ');
  return names.size > MAX_SHOWN ? `${shown} and ${names.size - MAX_SHOWN} more` : shown;
}
