import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { installPacked, PACK_TIMEOUT_MS, PROJECT } from '../support/packedPackage.js';
import { DeclarationCompiler, type PublicExport } from '../support/publicTypes.js';
import { run, type Ran } from '../support/tools.js';

/**
 * Types that an exported declaration names but that the package does not export. Users cannot name the types that they
 * pass to such a function. The list must become empty: export the type, or remove it from the signature, then delete
 * its line.
 */
const knownMissing: string[] = [];

const compiler = new DeclarationCompiler();
afterAll(() => compiler.close());

const built = compiler.read(join(PROJECT, 'dist/index.d.ts'));

/** Writes files into a folder; their paths are relative to it. */
function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

describe('DeclarationCompiler', () => {
  const read = (files: Readonly<Record<string, string>>) => {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-declarations-'));
    try {
      write(folder, files);
      return compiler.read(join(folder, 'index.d.ts'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const inner = 'export interface Inner { a: number }';
  const importInner = "import type { Inner } from './inner.js';";
  const passOn = "export * from './outer.js';";

  test.each([
    ['a parameter', `${importInner} export declare function outer(a: Inner): void;`],
    ['a result, in an array', `${importInner} export declare function outer(): Promise<readonly Inner[]>;`],
    ['a variable', `${importInner} export declare const outer: Inner;`],
    ['a property', `${importInner} export interface outer { readonly a?: { b: Inner } }`],
    ['a method', `${importInner} export declare class outer { #private; a(b: (c: Inner) => void): void }`],
    ['a constructor', `${importInner} export declare class outer { constructor(a: Inner) }`],
    ['a base', `${importInner} export interface outer extends Inner { b: number }`],
    ['a constraint', `${importInner} export type outer<T extends Inner> = T[];`],
    [
      'one overload',
      `${importInner} export declare function outer(): 1; export declare function outer(a: Inner): 2;`,
    ],
    ['another name', "import type { Inner as A } from './inner.js'; export type outer = A | undefined;"],
    ['a namespace', "import type * as all from './inner.js'; export type outer = all.Inner;"],
    ['an import in place', "export type outer = import('./inner.js').Inner;"],
    [
      'the same file',
      'interface Inner { a: number } export declare function outer(a: Inner): void; export {};',
    ],
  ])('reports a type that is not exported, named by %s', (_, outer) => {
    const { missing } = read({ 'index.d.ts': passOn, 'outer.d.ts': outer, 'inner.d.ts': inner });
    expect(missing).toEqual(['Inner (in outer)']);
  });

  test('reports a name that no file declares', () => {
    const files = { 'index.d.ts': passOn, 'outer.d.ts': `${importInner} export type outer = Inner;` };
    expect(read(files).missing).toEqual(['Inner (in outer, not found)']);
  });

  test.each([
    ['under its name', `${passOn} export type { Inner } from './inner.js';`],
    ['under another name', `${passOn} export type { Inner as Other } from './inner.js';`],
    ['with all that its file exports', `${passOn} export type * from './inner.js';`],
    ['as part of a namespace', `${passOn} export * as all from './inner.js';`],
    ['by way of another file', `${passOn} export * from './more.js';`],
  ])('reports nothing when the type is exported %s', (_, index) => {
    const outer = `${importInner} export declare function outer(a: Inner): void;`;
    const more = "export { Inner } from './inner.js';";
    const files = { 'index.d.ts': index, 'outer.d.ts': outer, 'inner.d.ts': inner, 'more.d.ts': more };
    expect(read(files).missing).toEqual([]);
  });

  test('reports nothing for type parameters, types of the language, comments and strings', () => {
    const outer = `${importInner}
      /** Inner, {@link Inner} */
      export declare class outer<T> { #private; a(b: T): Map<'Inner', Uint8Array>; Inner: Inner_; }
      export type Inner_ = \`Inner\${number}\`;`;
    expect(read({ 'index.d.ts': passOn, 'outer.d.ts': outer, 'inner.d.ts': inner }).missing).toEqual([]);
  });

  test('distinguishes values from types, and counts the required type arguments', () => {
    const index = "export { value, A } from './a.js'; export type { B, C } from './a.js';";
    const a = `export declare const value = 1; export declare class A<T> { b: T } export declare class B { c: 1 }
      export interface C<T, U extends T = T> { t: T; u: U }`;
    const expected: PublicExport[] = [
      { name: 'A', isValue: true, isType: true, typeArguments: 1 },
      { name: 'B', isValue: false, isType: true, typeArguments: 0 },
      { name: 'C', isValue: false, isType: true, typeArguments: 1 },
      { name: 'value', isValue: true, isType: false, typeArguments: 0 },
    ];
    expect(read({ 'index.d.ts': index, 'a.d.ts': a })).toEqual({ exports: expected, missing: [] });
  });
});

describe('the public API', () => {
  test('exports every type that an exported declaration names', () => {
    expect(built.missing).toEqual(knownMissing);
  });

  test('declares exactly the values that the module exports', async () => {
    const declared = built.exports.filter(({ isValue }) => isValue).map(({ name }) => name);
    const index: object = await import(join(PROJECT, 'dist/index.js'));
    expect(Object.keys(index).toSorted()).toEqual(declared);
  });
});

describe('a strict consumer of the packed package', () => {
  /** Imports and uses every export. A declaration that does not compile here fails in users' projects too. */
  const everything = (exports: readonly PublicExport[]) =>
    exports
      .flatMap(({ name, isValue, isType, typeArguments }, i) => {
        const any = typeArguments === 0 ? '' : `<${Array(typeArguments).fill('any').join(', ')}>`;
        return [
          `import { ${isValue ? '' : 'type '}${name} as x${i} } from 'dropcap';`,
          ...(isValue ? [`export const v${i}: typeof x${i} = x${i};`] : []),
          ...(isType ? [`export type T${i} = x${i}${any};`] : []),
        ];
      })
      .join('\n');

  const reader = `
    import { DropcapError, openCapture, openRecording } from 'dropcap';

    export async function countByReason(path: string | URL): Promise<Map<string, number>> {
      const counts = new Map<string, number>();
      const capture = await openCapture(path);
      for await (const drop of capture) {
        const reason: string = drop.reason ?? drop.trap ?? 'unknown';
        const payload: Uint8Array = drop.payload;
        const time: bigint = drop.timestampNs;
        if (payload.length > 0 && time > 0n) counts.set(reason, (counts.get(reason) ?? 0) + 1);
      }
      const { queueDrops = 0, overruns = 0 } = await capture.statistics();
      counts.set('lost', queueDrops + overruns);
      await capture.close();
      return counts;
    }

    export async function count(path: string): Promise<number | undefined> {
      let drops = 0;
      try {
        for await (const batch of await openRecording(path)) {
          drops += batch.length;
          batch.release();
        }
      } catch (error) {
        if (!(error instanceof DropcapError)) throw error;
        const code: string = error.code;
        console.error(code, error.message);
        return undefined;
      }
      return drops;
    }`;

  const tsconfig = JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      moduleResolution: 'nodenext',
      target: 'es2023',
      lib: ['es2023'],
      types: ['node'],
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noPropertyAccessFromIndexSignature: true,
      isolatedModules: true,
      verbatimModuleSyntax: true,
      skipLibCheck: false,
      noEmit: true,
    },
    include: ['*.ts'],
  });

  let folder: string;
  const compile = (files: Readonly<Record<string, string>>): Ran => {
    const place = mkdtempSync(join(folder, 'consumer-'));
    write(place, { 'package.json': '{ "type": "module" }', 'tsconfig.json': tsconfig, ...files });
    return run(process.execPath, [join(PROJECT, 'node_modules/typescript/bin/tsc'), '-p', place]);
  };

  beforeAll(() => {
    const packed = installPacked();
    folder = packed.folder;
    mkdirSync(join(folder, 'node_modules/@types'));
    symlinkSync(join(PROJECT, 'node_modules/@types/node'), join(folder, 'node_modules/@types/node'));
    return packed.remove;
  }, PACK_TIMEOUT_MS);

  test('compiles when it uses every export', () => {
    expect(compile({ 'everything.ts': everything(built.exports) })).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    });
  });

  test('compiles when it reads recordings', () => {
    expect(compile({ 'reader.ts': reader })).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('does not compile when it uses a name that is not exported', () => {
    const nothing = { name: 'nothing', isValue: true, isType: false, typeArguments: 0 };
    const { status, stdout } = compile({ 'everything.ts': everything([...built.exports, nothing]) });
    expect([status, stdout]).toEqual([1, expect.stringMatching(/no exported member 'nothing'/)]);
  });
});
