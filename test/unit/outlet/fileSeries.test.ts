import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compressFile } from '../../../src/outlet/compressFile.js';
import { FileSeries } from '../../../src/outlet/fileSeries.js';
import { openFileSink } from '../../../src/outlet/fileSink.js';
import type { SeriesFile } from '../../../src/outlet/seriesFile.js';
import { lacksTools, runTool, temporaryFolder } from '../../support/tools.js';

const folder = temporaryFolder();
let made = 0;
const bytes = Buffer.from('a file');

/** A series of files in a folder of their own, of which `keep` stay. */
function seriesOf(keep?: number) {
  const prefix = join(folder, `${++made}-`);
  const finished: SeriesFile[] = [];
  const series = new FileSeries({
    open: (path) => openFileSink(path),
    nameOf: (segment) => prefix + segment,
    keep,
    onFinished: (file) => finished.push(file),
  });
  const writeNext = async (segment: number) => {
    const sink = await series.open(segment, undefined);
    await sink.write(bytes);
    await sink.close();
  };
  const names = () =>
    readdirSync(folder)
      .filter((name) => name.startsWith(`${made}-`))
      .toSorted();
  return { series, finished, writeNext, names, prefix };
}

describe('a series of files', () => {
  test('keeps all files without a ring', async () => {
    const { series, writeNext, names, finished } = seriesOf();
    for (const segment of [0, 1, 2]) await writeNext(segment);
    expect(names()).toHaveLength(3);
    expect([series.count, series.removed, finished.length]).toEqual([3, 0, 3]);
    expect(await series.removeOldest()).toBe(false);
  });

  test('removes the oldest file of a ring before the next one begins', async () => {
    const { series, writeNext, names, prefix } = seriesOf(2);
    for (const segment of [0, 1, 2, 3]) await writeNext(segment);
    expect(names()).toEqual([2, 3].map((segment) => `${made}-${segment}`));
    expect([series.count, series.removed, series.path]).toEqual([4, 2, `${prefix}3`]);
  });

  /** What other programs do to a complete file. */
  const CHANGES: Record<string, (path: string) => void> = {
    'was renamed': (path) => renameSync(path, `${path}-moved`),
    'was deleted': (path) => rmSync(path),
    'got more bytes': (path) => appendFileSync(path, 'more'),
    'got other bytes of the same size': (path) => writeFileSync(path, 'THE FILE'.slice(0, bytes.length)),
    'was replaced by a link to it': (path) => {
      renameSync(path, `${path}-moved`);
      symlinkSync(`${path}-moved`, path);
    },
    // File systems give the number of a removed file to the next one.
    'was replaced by another file': (path) => {
      rmSync(path);
      writeFileSync(path, 'THE FILE'.slice(0, bytes.length));
    },
    'was replaced by a folder': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
    'was replaced by a copy': (path) => {
      copyFileSync(path, `${path}-copy`);
      const { atime, mtime } = statSync(path);
      utimesSync(`${path}-copy`, atime, mtime);
      renameSync(`${path}-copy`, path);
    },
  };

  test.each(Object.entries(CHANGES))(
    'leaves a file alone that %s, and does not count it',
    async (_, change) => {
      const { series, writeNext, names, prefix } = seriesOf(2);
      await writeNext(0);
      change(`${prefix}0`);
      const before = names();
      for (const segment of [1, 2]) await writeNext(segment);
      expect(names()).toEqual([...before, `${made}-1`, `${made}-2`].toSorted());
      expect([series.count, series.removed, series.leftAlone]).toEqual([3, 0, 1]);
      await writeNext(3);
      expect(names()).not.toContain(`${made}-1`);
      expect([series.removed, series.leftAlone]).toEqual([1, 1]);
    },
  );

  test('does not remove a file that was there before this run, and does not count it', async () => {
    const { series, writeNext, names, prefix } = seriesOf(2);
    writeFileSync(`${prefix}0`, '');
    for (const segment of [0, 1, 2]) await writeNext(segment);
    expect(names()).toHaveLength(3);
    expect([series.removed, series.leftAlone]).toEqual([0, 1]);
  });

  test('makes room by the oldest file that is still there', async () => {
    const { series, writeNext, names, prefix } = seriesOf(4);
    for (const segment of [0, 1, 2, 3]) await writeNext(segment);
    renameSync(`${prefix}0`, `${prefix}moved`);
    expect(await series.removeOldest()).toBe(true);
    expect(names()).toEqual(['2', '3', 'moved'].map((name) => `${made}-${name}`));
    rmSync(`${prefix}2`);
    expect(await series.removeOldest()).toBe(false);
    expect([series.removed, series.leftAlone]).toEqual([1, 2]);
  });

  test('removes the file that took the place of a complete one', async () => {
    const { writeNext, names, finished, prefix } = seriesOf(2);
    await writeNext(0);
    await finished[0]!.replace(`${prefix}0.gz`, await compressFile(`${prefix}0`, 'gzip', {}));
    expect(names()).toEqual([`${made}-0.gz`]);
    await writeNext(1);
    await writeNext(2);
    expect(names()).toEqual([1, 2].map((segment) => `${made}-${segment}`));
  });

  test('does not bring a removed file back', async () => {
    const { writeNext, names, finished, prefix } = seriesOf(2);
    await writeNext(0);
    const packed = await compressFile(`${prefix}0`, 'gzip', {});
    for (const segment of [1, 2]) await writeNext(segment);
    await finished[0]!.replace(`${prefix}0.gz`, packed);
    expect(names()).toEqual([1, 2].map((segment) => `${made}-${segment}`));
  });
});

describe('compressFile', () => {
  test('makes a file that gzip reads, and leaves the first one', async () => {
    const path = join(folder, 'one');
    writeFileSync(path, bytes, { mode: 0o600 });
    await compressFile(path, 'gzip', {});
    expect(gunzipSync(readFileSync(`${path}.gz`))).toEqual(bytes);
    expect(existsSync(path)).toBe(true);
  });

  test.skipIf(lacksTools('zstd'))('makes a file that zstd reads', async () => {
    const path = join(folder, 'two');
    writeFileSync(path, bytes);
    await compressFile(path, 'zstd', {});
    expect(runTool('zstd', '-dc', `${path}.zst`).stdout).toBe('a file');
  });

  test('does not write over a file', async () => {
    const path = join(folder, 'three');
    writeFileSync(path, bytes);
    writeFileSync(`${path}.gz`, 'precious');
    await expect(compressFile(path, 'gzip', {})).rejects.toThrow('it exists');
    expect(readFileSync(`${path}.gz`, 'utf8')).toBe('precious');
  });
});

describe('a file with a limit of free space', () => {
  test('is not made when less is free, after it was tried to make room', async () => {
    const path = join(folder, 'full');
    let asked = 0;
    const freeSpace = { least: 1e18, makeRoom: () => Promise.resolve(++asked < 3) };
    await expect(openFileSink(path, { freeSpace })).rejects.toThrow(
      /cannot write .*full: \d+\.\d MB are left on its file system, and 1000000000000\.0 MB are to stay free \(free some/,
    );
    expect(asked).toBe(3);
    expect(existsSync(path)).toBe(false);
  });

  test('is written when enough is free', async () => {
    const path = join(folder, 'enough');
    const freeSpace = { least: 1, makeRoom: () => Promise.resolve(false) };
    const sink = await openFileSink(path, { freeSpace });
    await Promise.all(['one ', 'two ', 'three'].map((text) => sink.write(Buffer.from(text))));
    await sink.close();
    expect(readFileSync(path, 'utf8')).toBe('one two three');
  });

  test('ends at the write before the limit', async () => {
    const path = join(folder, 'later');
    const limit = { least: 1, makeRoom: () => Promise.resolve(false) };
    const sink = await openFileSink(path, { freeSpace: limit });
    const large = Buffer.alloc(1 << 20);
    await sink.write(large);
    limit.least = 1e18;
    await expect(sink.write(large)).rejects.toThrow('are left on its file system');
    await expect(sink.close()).rejects.toThrow('are left on its file system');
    expect(readFileSync(path)).toHaveLength(1 << 20);
  });
});

describe('a file sink', () => {
  test('is discarded although it is being closed', async () => {
    const path = join(folder, 'closing');
    const sink = await openFileSink(path);
    await sink.write(bytes);
    const closed = sink.close();
    await sink.discard();
    expect(existsSync(path)).toBe(false);
    await closed;
  });
});
