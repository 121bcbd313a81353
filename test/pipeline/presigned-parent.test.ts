import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { put, scratch, zonewright } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';

const soa = 'soa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: default\n';
const servers = 'NS: [ns1.example.net., ns2.example.net.]';

it.skipIf(needs('ldns-verify-zone'))(
  'a parent that somebody else has signed gets no DS of a zone below, which its signatures would deny',
  async () => {
    const elsewhere = scratch({
      'zonewright.yaml': '',
      'zones/example.com.yaml': `${soa}records:\n  "@": { ${servers} }\n  sub: { ${servers} }\n`,
    });
    expect(zonewright(['keys', 'generate'], { cwd: elsewhere }).status).toBe(0);
    put(elsewhere, 'signed.zone', zonewright(['export', '--signed', 'example.com'], { cwd: elsewhere }).stdout);

    const cwd = scratch({
      'zonewright.yaml': '',
      'zones/sub.example.com.yaml': `${soa}records: { "@": { ${servers} } }\n`,
    });
    const imported = zonewright(['import', 'signed.zone', '--out', join(cwd, 'zones')], { cwd: elsewhere });
    expect(imported.status, imported.stderr).toBe(0);
    const out = join(cwd, 'release');
    let now = Date.now();
    const workspace = () => ({ folder: cwd, now, version: '1.0.0' });
    expect(await generateKeys(workspace(), { zones: [] })).toMatchObject({ kind: 'generated' });
    expect(await buildRelease(workspace(), { out })).toMatchObject({ kind: 'built' });
    // By then no resolver has the unsigned zone, and its DS may be at the parent.
    now += 26 * 3600_000;
    expect(await buildRelease(workspace(), { out })).toMatchObject({ kind: 'built' });
    expect(readFileSync(join(out, 'ds/sub.example.com.ds'), 'utf8')).toContain('DS');
    const parent = join(out, 'zones/example.com.zone');
    expect(readFileSync(parent, 'utf8')).not.toMatch(/^sub\s.*\sDS\s/m);
    expect((await runTool('ldns-verify-zone', [parent])).status).toBe(0);
  },
);
