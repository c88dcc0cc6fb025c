import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import {
  isClassDeclaration,
  isExportDeclaration,
  isExportSpecifier,
  isExpressionWithTypeArguments,
  isImportClause,
  isImportSpecifier,
  isImportTypeNode,
  isInterfaceDeclaration,
  isQualifiedName,
  isTypeAliasDeclaration,
  isTypeQueryNode,
  isTypeReferenceNode,
  SyntaxKind,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast';
import { API, SymbolFlags, type Checker, type Project, type Symbol } from 'typescript/unstable/sync';

/** One name that a module exports. */
export interface PublicExport {
  readonly name: string;
  /** Whether the name can stand in an expression. A class that is exported by `export type` cannot. */
  readonly isValue: boolean;
  /** Whether the name can stand in a type. A class is a value and a type. */
  readonly isType: boolean;
  /** The number of type arguments that the type needs: parameters with a default are not counted. */
  readonly typeArguments: number;
}

/** What a declaration file exports, and which types it should export too. */
export interface PublicTypes {
  /** In the order of their names. */
  readonly exports: readonly PublicExport[];
  /**
   * Types that a user meets in an exported declaration but cannot import, in the order of their names:
   * `Inner (in outer)`, where `outer` is the export that names `Inner`. A name that the compiler does not know at all
   * is reported as `Inner (in outer, not found)`: its declaration file is missing or was not read.
   */
  readonly missing: readonly string[];
}

/** Reads declaration files with the compiler that wrote them. It runs as a process: start it once for many files. */
export class DeclarationCompiler {
  readonly #api = new API();

  /** @param index path of a file; what lies in its folder or below counts as ours, all else as of other packages. */
  read(index: string): PublicTypes {
    const folder = mkdtempSync(join(tmpdir(), 'dropcap-types-'));
    const config = join(folder, 'tsconfig.json');
    const file = realpathSync(index);
    const compilerOptions = { module: 'node20', lib: ['es2023'], types: [], noEmit: true };
    writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
    try {
      const project = this.#api.updateSnapshot({ openProjects: [config] }).getProject(config)!;
      return new Reader(project, file).read();
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  /** Ends the process. */
  close(): void {
    this.#api.close();
  }
}

/** An exported name, and what it finally names, through any number of files that only pass it on. */
interface Found {
  readonly name: string;
  readonly target: Symbol;
  readonly typeOnly: boolean;
}

/** Reads one file. */
class Reader {
  readonly #project: Project;
  readonly #checker: Checker;
  readonly #file: SourceFile;
  readonly #ours: string;

  constructor(project: Project, index: string) {
    this.#project = project;
    this.#checker = project.checker;
    this.#file = project.program.getSourceFile(index)!;
    this.#ours = dirname(index) + sep;
  }

  read(): PublicTypes {
    const exports = this.#exportsOf(this.#checker.getSymbolAtLocation(this.#file)!);
    // A module that is exported as one name (`export * as errors`) gives a public name to its own exports.
    const named = [...exports];
    for (const { name, target } of named) {
      if ((target.flags & SymbolFlags.Module) === 0) continue;
      named.push(...this.#exportsOf(target, `${name}.`));
    }
    const exported = new Set(named.map(({ target }) => target.id));
    const missing = new Set<string>();
    for (const { name, target } of named) {
      if ((target.flags & SymbolFlags.Module) !== 0) continue;
      for (const typeName of this.#declarationsOf(target).flatMap(typeNamesIn)) {
        const type = this.#resolve(typeName);
        if (type === undefined) missing.add(`${typeName.getText()} (in ${name}, not found)`);
        else if (this.#isOurs(type) && !exported.has(type.id)) missing.add(`${type.name} (in ${name})`);
      }
    }
    return { exports: exports.map((found) => this.#describe(found)), missing: [...missing].toSorted() };
  }

  /** In the order of their names, with `prefix` before each. */
  #exportsOf(module: Symbol, prefix = ''): Found[] {
    const found = this.#checker.getExportsOfModule(module).map((symbol) => ({
      name: prefix + symbol.name,
      target: this.#target(symbol),
      typeOnly: this.#isTypeOnly(symbol),
    }));
    return found.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #target(symbol: Symbol): Symbol {
    return (symbol.flags & SymbolFlags.Alias) === 0 ? symbol : this.#checker.getAliasedSymbol(symbol);
  }

  /** Whether one of the files that pass a name on does so by `export type` or `import type`. */
  #isTypeOnly(symbol: Symbol | undefined): boolean {
    if (symbol === undefined || (symbol.flags & SymbolFlags.Alias) === 0) return false;
    const typeOnly = this.#declarationsOf(symbol).some(isTypeOnly);
    return typeOnly || this.#isTypeOnly(this.#checker.getImmediateAliasedSymbol(symbol));
  }

  /** Undefined where the compiler does not know the name. */
  #resolve(name: Node): Symbol | undefined {
    const found = this.#checker.getSymbolAtLocation(name);
    const target = found && this.#target(found);
    return target && this.#checker.isUnknownSymbol(target) ? undefined : target;
  }

  #isOurs({ flags, declarations }: Symbol): boolean {
    if ((flags & SymbolFlags.TypeParameter) !== 0) return false;
    return declarations.some(({ path }) => path.startsWith(this.#ours));
  }

  #declarationsOf(symbol: Symbol): Node[] {
    return symbol.declarations.map((handle) => handle.resolve(this.#project)!);
  }

  #describe({ name, target, typeOnly }: Found): PublicExport {
    const parameters = this.#declarationsOf(target).map((node) =>
      isClassDeclaration(node) || isInterfaceDeclaration(node) || isTypeAliasDeclaration(node)
        ? (node.typeParameters ?? []).filter(({ defaultType }) => defaultType === undefined).length
        : 0,
    );
    return {
      name,
      isValue: !typeOnly && (target.flags & SymbolFlags.Value) !== 0,
      isType: (target.flags & SymbolFlags.Type) !== 0,
      typeArguments: Math.max(0, ...parameters),
    };
  }
}

/** Whether a name in an export or import declaration is passed on as a type only. */
function isTypeOnly(name: Node): boolean {
  for (let node: Node | undefined = name; node !== undefined; node = node.parent) {
    if (isExportSpecifier(node) || isImportSpecifier(node) || isExportDeclaration(node)) {
      if (node.isTypeOnly) return true;
    } else if (isImportClause(node)) {
      return node.phaseModifier === SyntaxKind.TypeKeyword;
    }
  }
  return false;
}

/** The names of types in a declaration: of `A.B` and of `import('a').B`, B. */
function typeNamesIn(declaration: Node): Node[] {
  const names: Node[] = [];
  const add = (name: Node | undefined) => {
    if (name !== undefined) names.push(isQualifiedName(name) ? name.right : name);
  };
  const visit = (node: Node): void => {
    if (isTypeReferenceNode(node)) add(node.typeName);
    else if (isExpressionWithTypeArguments(node)) add(node.expression);
    else if (isTypeQueryNode(node)) add(node.exprName);
    else if (isImportTypeNode(node)) add(node.qualifier);
    node.forEachChild(visit);
  };
  visit(declaration);
  return names;
}
