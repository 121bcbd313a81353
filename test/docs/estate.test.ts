import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseName } from '../../src/dns/name.ts';
import { scratch, zonewright } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';
import { readText, zoneLines } from '../zone/fixtures.ts';
import { root } from './page.ts';

describe('the example estate', () => {
  it('has nothing that a check finds', () => {
    const { counts, findings } = JSON.parse(zonewright(['-C', root, 'check', '--json']).stdout);
    expect(findings.filter(({ waived }: { waived?: string }) => waived === undefined)).toEqual([]);
    expect(counts).toMatchObject({ error: 0, warning: 0, info: 0 });
  });

  it('is in canonical layout', () => {
    expect(zonewright(['-C', root, 'fmt', '--check'])).toMatchObject({ status: 0, stdout: '' });
  });

  describe.skipIf(needs('named-checkzone', 'kzonecheck', 'nsd-checkzone'))('as a release', () => {
    it('loads in BIND, Knot and NSD', async () => {
      const release = join(scratch(), 'release');
      expect(zonewright(['-C', root, 'build', '--out', release, '--no-cache']).status).toBe(0);
      const { zones } = JSON.parse(readFileSync(join(release, 'manifest.json'), 'utf8'));
      const complaints: string[] = [];
      for (const { zone, files } of zones) {
        for (const { path } of files) {
          const file = join(release, path);
          for (const [tool, ...args] of [
            ['named-checkzone', '-i', 'local', '-q', zone, file],
            ['kzonecheck', '-o', zone, file],
            ['nsd-checkzone', zone, file],
          ] as [string, ...string[]][]) {
            const { status, stdout, stderr } = await runTool(tool, args);
            if (status !== 0) complaints.push(`${tool} ${zone}: ${stdout}${stderr}`);
          }
        }
      }
      expect(complaints).toEqual([]);
    });
  });
});

/** The master files of Debian's bind9 (its knot ships none), and the zones that they are here. */
const debian = [
  ['db.local', 'localhost'],
  ['db.127', '127.in-addr.arpa'],
  ['db.0', '0.in-addr.arpa'],
  ['db.255', '255.in-addr.arpa'],
  ['db.empty', '10.in-addr.arpa'],
] as const;

describe('zones/debian', () => {
  it.each(debian)('%s is the zone %s', (file, zone) => {
    const folder = scratch();
    const master = join(root, 'zones/debian/master', file);
    expect(zonewright(['import', master, '--zone', zone, '--out', folder]).status).toBe(0);
    const [imported, kept] = [join(folder, `${zone}.yaml`), join(root, `zones/debian/${zone}.yaml`)].map((path) =>
      zoneLines(readText({ path, text: readFileSync(path, 'utf8') }, parseName(`${zone}.`)).zone).filter(
        (line) => !line.startsWith('the zone waives'),
      ),
    );
    expect(kept).toEqual(imported);
    expect(kept).not.toEqual([]);
  });
});
