import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { zonewright } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';

/** The zones that come with the program, built, and what the name servers' own checkers say of them. */
describe('the example estate', () => {
  let folder: string;
  let release: string;
  let zones: { zone: string; files: { path: string }[] }[];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zonewright-judges-'));
    for (const part of ['zones', 'templates']) cpSync(part, join(folder, part), { recursive: true });
    release = join(folder, 'release');
    expect(zonewright(['-C', folder, 'build', '--out', release])).toMatchObject({ status: 0 });
    zones = JSON.parse(readFileSync(join(release, 'manifest.json'), 'utf8')).zones;
    return () => rmSync(folder, { recursive: true, force: true });
  });

  it('is in canonical layout and has no error', () => {
    expect(zonewright(['-C', folder, 'fmt', '--check'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(zonewright(['-C', folder, 'check']).stdout).not.toContain(' error ');
  });

  it.skipIf(needs('named-checkzone', 'kzonecheck', 'nsd-checkzone', 'ldns-read-zone'))('loads everywhere', async () => {
    expect(zones.length).toBeGreaterThan(8);
    for (const { zone, files } of zones) {
      for (const { path } of files) {
        const file = join(release, path);
        // Types that a server does not know yet are written as RFC 3597 says, so each must load each zone.
        for (const [program, args] of [
          ['named-checkzone', ['-i', 'local', '-k', 'ignore', zone, file]],
          ['kzonecheck', ['-o', zone, file]],
          ['nsd-checkzone', [zone, file]],
          ['ldns-read-zone', ['-z', file]],
        ] as const) {
          const { status, stdout, stderr } = await runTool(program, args);
          expect(status, `${program} ${zone}: ${stdout}${stderr}`).toBe(0);
        }
      }
    }
  });

  it.skipIf(needs('named-checkconf', 'knotc', 'nsd-checkconf'))(
    'has configuration that the name servers take',
    async () => {
      const { status } = await runTool('named-checkconf', [
        '-z',
        conf('named', `options { directory "${release}"; };\ninclude "${release}/nameservers/named.conf";\n`),
      ]);
      expect(status).toBe(0);
      const knot = await runTool('knotc', [
        '-c',
        conf(
          'knot',
          `database:\n  storage: "${folder}"\ntemplate:\n  - id: default\n    storage: "${release}"\n    zonefile-sync: -1\ninclude: "${release}/nameservers/knot.conf"\n`,
        ),
        'conf-check',
      ]);
      expect(knot.status, knot.stderr).toBe(0);
      const nsd = await runTool('nsd-checkconf', [
        conf('nsd', `server:\n  zonesdir: "${release}"\ninclude: "${release}/nameservers/nsd.conf"\n`),
      ]);
      expect(nsd.status, nsd.stderr).toBe(0);
    },
  );

  function conf(name: string, text: string): string {
    const path = join(folder, `${name}.conf`);
    writeFileSync(path, text);
    return path;
  }

  it.skipIf(needs('named-compilezone'))('says the same after import and another build', async () => {
    const again = join(folder, 'again');
    const served = zones.map(({ zone, files }) => ({
      zone,
      path: files.find(({ path }) => path.startsWith('zones/'))?.path ?? '',
    }));
    for (const { zone, path } of served) {
      const imported = zonewright(['import', join(release, path), '--zone', zone, '--out', join(again, 'zones')]);
      expect(imported.status, imported.stderr).toBe(0);
    }
    expect(zonewright(['-C', again, 'build', '--out', join(again, 'release')])).toMatchObject({ status: 0 });
    for (const { zone, path } of served) {
      const records = async (file: string): Promise<string> => {
        const { stdout } = await runTool('named-compilezone', [
          '-q',
          '-i',
          'none',
          '-k',
          'ignore',
          '-s',
          'full',
          '-o',
          '-',
          zone,
          file,
        ]);
        return stdout.replace(/(SOA\t\S+ \S+) \d+/, '$1 N');
      };
      expect(await records(join(again, 'release', path)), zone).toBe(await records(join(release, path)));
    }
  });
});
