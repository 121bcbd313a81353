import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nameserverLists } from '../../../src/compile/nameservers/list.ts';
import type { ListedZone } from '../../../src/compile/nameservers/zone-list.ts';
import { zoneFilePath } from '../../../src/compile/paths.ts';
import { parseName } from '../../../src/dns/name.ts';
import { scratchFolder } from '../../git/scratch-repository.ts';
import { needs, runTool } from '../../setup/tools.ts';

const ordinary = ['example.com.', '0/25.2.0.192.in-addr.arpa.', 'xn--bcher-kva.example.', '.'];
/** Names that would end a string, begin a variable or leave the folder if they were taken as they are. */
const hostile = [
  'a\\"; }; include \\"x.example.',
  'a\\"b.example.',
  'a\\;b{}#.example.',
  'new\\010line.example.',
  'back\\\\slash.example.',
  '%2e%2e.example.',
  '%s%1%z.example.',
  '\\.\\..example.',
  '\\000\\255.example.',
  'a\\.b.example.',
  '\\$x\\@y.example.',
  'x=2a.example.',
  '__proto__.',
  'constructor.',
].map((name) => name.replaceAll(' ', '\\032'));

/** A release of zones that all name servers load, and the lists of them. */
function release(names: readonly string[]): { folder: string; zones: ListedZone[] } {
  const folder = scratchFolder();
  mkdirSync(join(folder, 'zones'));
  const zones = names.map((name) => parseName(name)).map((apex) => ({ apex, file: zoneFilePath(apex) }));
  for (const { apex, file } of zones) {
    // Below the root every name is in the zone, and so needs an address.
    const glue = apex === '.' ? 'ns.invalid. 60 IN A 192.0.2.1\n' : '';
    writeFileSync(
      join(folder, file),
      `$TTL 60\n@ IN SOA ns.invalid. hostmaster.invalid. 7 1 1 1 1\n@ IN NS ns.invalid.\n${glue}`,
    );
  }
  for (const list of nameserverLists) writeFileSync(join(folder, list.file), list.print(zones));
  return { folder, zones };
}

function write(folder: string, name: string, ...lines: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

describe('zone lists', () => {
  it('are the same text for the same zones, and valid without any', () => {
    for (const list of nameserverLists) {
      expect(list.print([])).toMatch(/^(#.*\n)+$/);
      const { zones } = release(ordinary);
      expect(list.print(zones)).toBe(list.print([...zones]));
      expect(list.print(zones)).toContain('zones/0_25.2.0.192.in-addr.arpa.zone');
    }
  });

  it('give every zone a file of its own that stays in its folder', () => {
    const { zones } = release([...ordinary, ...hostile]);
    const files = zones.map(({ file }) => file);
    expect(new Set(files).size).toBe(files.length);
    for (const file of files) expect(file).toMatch(/^zones\/[a-z0-9_=-][A-Za-z0-9_=.-]*\.zone$/);
  });
});

describe.skipIf(needs('knotc'))('Knot DNS', () => {
  it('finds every zone and its file', async () => {
    const { folder, zones } = release([...ordinary, ...hostile]);
    const conf = write(
      folder,
      'main.conf',
      'template:',
      '  - id: default',
      `    storage: "${folder}"`,
      '    zonefile-sync: -1',
      `include: "${folder}/knot.conf"`,
    );
    expect((await runTool('knotc', ['-c', conf, 'conf-check'])).status).toBe(0);
    const checked = await runTool('knotc', ['-c', conf, 'zone-check', ...zones.map(({ apex }) => apex)]);
    expect(checked.stderr).not.toMatch(/error|not found|no such/i);
    expect(checked.status).toBe(0);
  });
});

describe.skipIf(needs('named-checkconf'))('BIND', () => {
  it('loads every zone from its file', async () => {
    const { folder, zones } = release([...ordinary, ...hostile]);
    const conf = write(folder, 'main.conf', `options { directory "${folder}"; };`, `include "${folder}/named.conf";`);
    const checked = await runTool('named-checkconf', ['-z', conf]);
    expect(checked.stdout.match(/loaded serial 7/g)).toHaveLength(zones.length);
    expect(checked.status).toBe(0);
  });
});

describe.skipIf(needs('nsd-checkconf'))('NSD', () => {
  it('knows every zone and looks for its file where it is', async () => {
    const { folder, zones } = release([...ordinary, ...hostile]);
    const conf = write(folder, 'main.conf', 'server:', `  zonesdir: "${folder}"`, `include: "${folder}/nsd.conf"`);
    expect((await runTool('nsd-checkconf', [conf])).status).toBe(0);
    const { stdout } = await runTool('nsd-checkconf', ['-v', conf]);
    const known = [...stdout.matchAll(/name: "(.*)"\n\s*zonefile: "(.*)"/g)];
    expect(known.map(([, , file]) => file).sort()).toEqual(zones.map(({ file }) => file).sort());
    // NSD replaces what looks like a variable; it has no way to write one that is none.
    for (const { file } of zones) expect(file).not.toContain('%');
  });
});
