import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { lacksTools, run } from '../support/tools.js';

const PLUGIN = fileURLToPath(new URL('../../src/wireshark/dropcap.lua', import.meta.url));
const STAND_IN = fileURLToPath(new URL('../support/wireshark.lua', import.meta.url));

/** The tree that the plugin makes for a frame with these comments, without the expert information. */
function treeOf(lua: string, ...comments: string[]): string[] {
  return linesOf(lua, comments).filter((line) => !/^(info|dropcap\.dropped)\t/.test(line));
}

/** The lines that the stand-in prints. */
function linesOf(lua: string, comments: readonly string[]): string[] {
  const ran = run(lua, [STAND_IN, PLUGIN, ...comments]);
  const twice =
    'dropcap.lua: not loaded, there is a protocol dropcap already (a second copy of this file?)\n';
  expect(ran).toMatchObject({ status: 0, stderr: twice });
  return ran.stdout.split('\n').slice(0, -1);
}

// Wireshark 4.0 and 4.2 have Lua 5.2; 4.4 and 4.6 have 5.3 or 5.4.
describe.each(['lua5.2', 'lua5.3', 'lua5.4'])('dropcap.lua in %s', (lua) => {
  describe.skipIf(lacksTools(lua))('shows', () => {
    test('all values in a comment of a software drop', () => {
      const where = 'symbol=nft_do_chain+0x40f/0x630 module=nf_tables pc=0xffffffffc047c4ff';
      expect(
        treeOf(
          lua,
          `dropcap: reason=NETFILTER_DROP ${where} if=va ifindex=5 proto=0x0800 origin=sw class=policy/l3/acl`,
        ),
      ).toEqual([
        'Dropped: NETFILTER_DROP at nft_do_chain+0x40f/0x630',
        'dropcap.reason\tNETFILTER_DROP',
        'dropcap.symbol\tnft_do_chain+0x40f/0x630',
        'dropcap.module\tnf_tables',
        'dropcap.pc\tffffffffc047c4ff',
        'dropcap.interface\tva',
        'dropcap.ifindex\t5',
        'dropcap.proto\t2048',
        'dropcap.origin\tsw',
        'dropcap.class\tpolicy/l3/acl',
      ]);
    });

    test('all values in a comment of a hardware drop', () => {
      expect(treeOf(lua, 'dropcap: trap=fid_miss group=l2_drops if=eth0 origin=hw cookie=00ff')).toEqual([
        'Dropped by hardware: fid_miss',
        'dropcap.trap\tfid_miss',
        'dropcap.trap_group\tl2_drops',
        'dropcap.interface\teth0',
        'dropcap.origin\thw',
        'dropcap.cookie\t00ff',
      ]);
    });

    test.each([
      ['blanks, percent signs, other ASCII', 'a%20b%25c%3D%7e=', 'a b%c=~='],
      ['UTF-8', '%C3%A9%E2%82%AC%F0%9F%98%80', 'é€😀'],
      ['control characters, escaped', '%00%09%1B[31m%7F%C2%85%C2%A0', '%00%09%1B[31m%7F%C2%85\u00a0'],
      ['bytes that are not UTF-8, escaped', '%FF%C0%80%ED%A0%80%F5%C3', '%FF%C0%80%ED%A0%80%F5%C3'],
      ['wrong percent-encoding unchanged', '%%4%zz%', '%%4%zz%'],
      ['pattern and format characters', '%25s%25d%25n.*[', '%s%d%n.*['],
    ])('%s in values', (_, value, shown) => {
      expect(treeOf(lua, `dropcap: if=${value}`)).toEqual(['Dropped', `dropcap.interface\t${shown}`]);
    });

    test.each([
      ['no pairs', 'dropcap:', []],
      ['keys without values, values without keys', 'dropcap: reason reason= =x == pc', []],
      ['unknown keys', 'dropcap: colour=red Reason=x', []],
      [
        'values that are not numbers',
        'dropcap: pc=zz pc=0xzz ifindex=-1 ifindex=0x5 ifindex=1e3 proto=zz proto=2048',
        [],
      ],
      ['numbers that are empty', 'dropcap: pc=0x proto=0x ifindex= ', []],
      ['too large numbers', 'dropcap: pc=0x10000000000000000 ifindex=4294967296 proto=0x10000', []],
      [
        'the largest numbers',
        'dropcap: pc=0xffffffffffffffff ifindex=4294967295 proto=0xffff',
        ['dropcap.pc\tffffffffffffffff', 'dropcap.ifindex\t4294967295', 'dropcap.proto\t65535'],
      ],
      ['the first value of a repeated key', 'dropcap: if=a if=b', ['dropcap.interface\ta']],
    ])('%s of a comment', (name, comment, fields) => {
      const title = name === 'the largest numbers' ? 'Dropped at 0xffffffffffffffff' : 'Dropped';
      expect(treeOf(lua, comment)).toEqual([title, ...fields]);
    });

    test('only comments that begin with dropcap:', () => {
      const others = [
        'note',
        '',
        ' dropcap: reason=X',
        'Dropcap: reason=X',
        'see dropcap: reason=X',
        'reason=X',
      ];
      expect(treeOf(lua, ...others)).toEqual([]);
      expect(treeOf(lua, 'note', 'dropcap: reason=X', 'dropcap: reason=Y')).toEqual([
        'Dropped: X',
        'dropcap.reason\tX',
        'Dropped: Y',
        'dropcap.reason\tY',
      ]);
    });

    test('the number of equal drops in the second comment, as a fact of the same drop', () => {
      const note = 'dropcap: 12 equal drops left out before';
      expect(treeOf(lua, 'dropcap: reason=X', note)).toEqual([
        'Dropped: X',
        'dropcap.reason\tX',
        'dropcap.repeated_before\t12',
      ]);
      expect(treeOf(lua, note)).toEqual([]);
      expect(treeOf(lua, 'dropcap: reason=X', 'dropcap: 4294967296 equal drops left out before')).toEqual([
        'Dropped: X',
        'dropcap.reason\tX',
      ]);
    });

    test('the reason in the column Info, and in the expert information', () => {
      const lines = linesOf(lua, [
        'dropcap: reason=a%25s origin=sw',
        'dropcap: trap=b origin=hw',
        'dropcap: if=c',
      ]);
      expect(lines.filter((line) => /^(info|dropcap\.dropped)\t/.test(line))).toEqual([
        'dropcap.dropped\tDropped: a%s',
        'info\t [Dropped: a%s]',
        'dropcap.dropped\tDropped by hardware: b',
        'info\t [Dropped: b]',
        'dropcap.dropped\tDropped',
        'info\t [Dropped: reason unknown]',
      ]);
    });

    test('the counts of drops in windows of the graphical Wireshark', () => {
      vi.stubEnv('DROPCAP_GUI', '1');
      const comments = ['reason=a symbol=f if=x', 'reason=b symbol=f ifindex=7', 'reason=a pc=0x1'];
      const lines = linesOf(
        lua,
        comments.map((text) => `dropcap: ${text}`),
      );
      vi.unstubAllEnvs();
      // The stand-in draws before and after the frame, which it gives twice.
      const window = (name: string, ...rows: string[]) => [
        `menu\tDrops by ${name}`,
        `window\tDrops by ${name}`,
        '         0  drops',
        '         6  drops',
        ...rows,
      ];
      expect(lines).toEqual([
        ...window('reason', '         4   66.7 %  a', '         2   33.3 %  b'),
        ...window('place', '         4   66.7 %  f', '         2   33.3 %  0x1'),
        ...window(
          'interface',
          '         2   33.3 %  (not known)',
          '         2   33.3 %  ifindex 7',
          '         2   33.3 %  x',
        ),
      ]);
    });

    test('at most 1000 rows in a window', () => {
      vi.stubEnv('DROPCAP_GUI', '1');
      const lines = linesOf(
        lua,
        Array.from({ length: 1500 }, (_, i) => `dropcap: reason=r${i}`),
      );
      vi.unstubAllEnvs();
      const end = lines.indexOf('menu\tDrops by place');
      expect(lines.slice(4, 5)).toEqual(['      1000   33.3 %  (others)']);
      expect(end - 4).toBe(1001);
    });

    test('a comment of the largest length', () => {
      const tree = treeOf(lua, `dropcap: reason=${'%41'.repeat(21_000)}`);
      expect(tree[1]).toBe(`dropcap.reason\t${'A'.repeat(21_000)}`);
    });
  });
});
