/** Words in the releases of distributions' kernels. */
const WORD =
  /^((deb|el|fc|rc|rt|bpo|arch|zen|amzn|mga|wsl|pve)\d{0,6}|amd64|arm64|armmp|armv[67]l?|x86|64|aarch64|i[36]86|riscv64|ppc64le|s390x|generic|cloud|lowlatency|aws|azure|gcp|oracle|kvm|raspi|rpi|v8|default|lts|hardened|microsoft|standard|unsigned|debug|preempt|tiny|virt|uek|cachyos|manjaro|linuxkit)$/i;
const NUMBER = /^\d{1,6}$/;
/** Words that are left out, one after another. */
const HIDDEN = '…';

/**
 * The release of a kernel for a bug report: `6.12.117+deb12-amd64` as it is. Who builds a kernel can choose the end of its
 * release freely (CONFIG_LOCALVERSION), so `…` replaces words that no distribution uses, and numbers like an IP address:
 * `6.12.1-…`.
 */
export function publicRelease(release: string): string {
  const [, base = '', rest = ''] = /^(\d{1,2}\.\d{1,3}(?:\.\d{1,3}){0,2}(?![\d.]))?(.*)$/s.exec(release)!;
  const parts = withoutAddresses(rest).split(/([-+._~])/);
  const shown = parts.map((part, i) => (i % 2 === 1 || isPublic(part) ? part : HIDDEN)).join('');
  return base + shown.replace(/\u2026([-+._~]\u2026)+/g, HIDDEN);
}

function withoutAddresses(text: string): string {
  return text.replace(/\d+(\.\d+){3,}/g, HIDDEN);
}

function isPublic(part: string): boolean {
  return part === '' || NUMBER.test(part) || WORD.test(part);
}
