import { describe, expect, test } from 'vitest';
import { publicRelease } from '../../../src/host/publicRelease.js';
import { distributionIn } from '../../../src/host/systemFacts.js';

describe('publicRelease', () => {
  test.each([
    '6.12.117+deb12-amd64',
    '5.10.0-35-cloud-arm64',
    '6.8.0-1021-aws',
    '4.18.0-553.16.1.el8_10.x86_64',
    '5.15.153.1-microsoft-standard-WSL2',
    '6.4.0-150600.23.22-default',
    '6.11.4-301.fc41.x86_64',
    '7.0.0-rc3',
    '6.6',
  ])('keeps what distributions use: %s', (release) => expect(publicRelease(release)).toBe(release));

  test.each([
    ['6.12.1-alice', '6.12.1-…'],
    ['6.12.1-alice-laptop+', '6.12.1-…+'],
    ['6.12.1-10.77.0.2-amd64', '6.12.1-…-amd64'],
    ['6.12.1-00:11:22:33:44:55', '6.12.1-…'],
    ['6.12.1-ffffffff81000000', '6.12.1-…'],
    ['10.77.0.2.5', '…'],
    ['6.12.1-bücher\u001b', '6.12.1-…'],
    ['alice', '…'],
    ['', ''],
  ])('replaces other words: %j', (release, shown) => expect(publicRelease(release)).toBe(shown));
});

describe('distributionIn', () => {
  test.each([
    ['ID=debian\nVERSION_ID="12"\n', 'debian 12'],
    ["NAME=x\nID='ubuntu'\nVERSION_ID='24.04'\n", 'ubuntu 24.04'],
    ['ID="arch"\n', 'arch'],
    ['ID=debian\nVERSION_ID="12-alice"\n', 'debian'],
    ['ID=alice-linux\nVERSION_ID=1\n', undefined],
    ['', undefined],
  ])('of %j is %j', (text, name) => expect(distributionIn(text)).toBe(name));
});
