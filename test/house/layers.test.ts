import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { sample, type TextFile, textFiles, violations } from './tree.ts';

/** The rooms of src/ from top to bottom. An import points downwards; rooms of one floor do not know each other. */
const floors = [
  ['cli'],
  ['server'],
  ['pipeline'],
  ['deploy', 'compile'],
  ['dnssec', 'zone'],
  ['git', 'state'],
  ['dns'],
];

/** dns/ knows nothing of files, processes, HTTP or time. */
const closedToDns = /^node:(fs|child_process|https?)\b/;
const clock = /\bDate\.now\(|\bnew Date\(\)|\bperformance\.now\(/;

const source = textFiles(/^src\/.*\.ts$/);

describe('layers of src/', () => {
  it('has no folder but those of the house', () => {
    expect(source.filter(({ path }) => floorOf(roomOf(path)) === -1).map(({ path }) => path)).toEqual([]);
  });

  it('imports only downwards or within a room', () => {
    expect(violations(source, upwardImport)).toEqual([]);
  });

  it('imports only packages that are installed with zonewright', () => {
    expect(violations(source, undeclaredImport)).toEqual([]);
  });

  it('keeps files, processes, HTTP and time out of dns/', () => {
    expect(violations(source, impureDns)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it('find an import that points upwards, sideways or out of src/', () => {
    const file = sample(
      'src/zone/checks/glue.ts',
      "import { parseName } from '../../dns/name.ts';",
      "import { zone } from '../zone.ts';",
      "import type { Plan } from '../../compile/plan.ts';",
      "export * from '../../dnssec/sign.ts';",
      "const later = await import('../../cli/main.ts');",
      "} from '../../../test/house/tree.ts';",
    );
    expect(violations([file], upwardImport)).toEqual([
      'src/zone/checks/glue.ts:3: zone/ may not import compile/',
      'src/zone/checks/glue.ts:4: zone/ may not import dnssec/',
      'src/zone/checks/glue.ts:5: zone/ may not import cli/',
      'src/zone/checks/glue.ts:6: ../../../test/house/tree.ts is outside src/',
    ]);
  });

  it('find a package that users do not get', () => {
    const file = sample(
      'src/zone/x.ts',
      "import 'node:path';",
      "import { parse } from 'yaml/dist/x.js';",
      "import { it } from 'vitest';",
    );
    expect(violations([file], undeclaredImport)).toEqual(["src/zone/x.ts:3: 'vitest' is not in dependencies"]);
  });

  it('find disk and clock in dns/', () => {
    const lines = [
      "import { readFileSync } from 'node:fs';",
      'const now = Date.now();',
      "import { x } from 'node:url';",
    ];
    expect(violations([sample('src/dns/x.ts', ...lines), sample('src/git/x.ts', ...lines)], impureDns)).toEqual([
      'src/dns/x.ts:1: dns/ may not import node:fs',
      'src/dns/x.ts:2: dns/ may not read the clock',
    ]);
  });
});

function upwardImport(line: string, _index: number, file: TextFile): string | undefined {
  const specifier = importedBy(line);
  if (specifier === undefined || !specifier.startsWith('.')) return undefined;
  const target = posix.join(posix.dirname(file.path), specifier);
  if (!target.startsWith('src/')) return `${specifier} is outside src/`;
  const [from, to] = [roomOf(file.path), roomOf(target)];
  return from === to || floorOf(from) < floorOf(to) ? undefined : `${from}/ may not import ${to}/`;
}

function undeclaredImport(line: string): string | undefined {
  const specifier = importedBy(line);
  if (specifier === undefined || /^(\.|node:)/.test(specifier)) return undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return name in packageJson.dependencies ? undefined : `'${name}' is not in dependencies`;
}

function impureDns(line: string, _index: number, file: TextFile): string | undefined {
  if (roomOf(file.path) !== 'dns') return undefined;
  const specifier = importedBy(line);
  if (specifier !== undefined && closedToDns.test(specifier)) return `dns/ may not import ${specifier}`;
  return clock.test(line) ? 'dns/ may not read the clock' : undefined;
}

/** The module that a line of code imports; a statement over several lines names it on its last. */
function importedBy(line: string): string | undefined {
  if (/^\s*(\*|\/\/|\/\*)/.test(line)) return undefined;
  return /(?:^import\s+|\bfrom\s+|\bimport\()'([^']+)'/.exec(line)?.[1];
}

function roomOf(path: string): string {
  return path.split('/')[1] ?? '';
}

function floorOf(room: string): number {
  return floors.findIndex((rooms) => rooms.includes(room));
}
