import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { confirmDs } from '../../src/pipeline/keys/confirm.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { put, scratch, zonewright } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';

const document = (serial: string): string =>
  `soa: { primary: ns1.example.net., contact: hostmaster@example.net${serial} }\ndnssec: default\n` +
  'records: { "@": { NS: [ns1.example.net., ns2.example.net.] } }\n';

it.skipIf(needs('ldns-verify-zone'))(
  'a zone whose document comes to be signed elsewhere stays signed here until its DS is gone, and then has its own serial',
  async () => {
    const cwd = scratch({ 'zonewright.yaml': '', 'zones/example.com.yaml': document('') });
    const out = join(cwd, 'release');
    let now = Date.now() - 8 * 3600_000;
    const workspace = () => ({ folder: cwd, now, version: '1.0.0' });
    const build = async () => {
      const built = await buildRelease(workspace(), { out });
      return built.kind === 'refused' ? built.report.findings.map(({ rule }) => rule) : built.kind;
    };
    const made = await generateKeys(workspace(), { zones: [] });
    const id = made.kind === 'generated' ? (made.zones[0]?.made[0]?.id ?? '') : '';
    expect(await build()).toBe('built');
    now += 3 * 3600_000;
    expect(await build()).toBe('built');
    expect(await confirmDs(workspace(), { zone: 'example.com', ds: [id] })).toMatchObject({ kind: 'confirmed' });
    now += 3600_000;

    const elsewhere = scratch({
      'zonewright.yaml': '',
      'zones/example.com.yaml': document(', serial_after: 3000000000'),
    });
    expect(zonewright(['keys', 'generate'], { cwd: elsewhere }).status).toBe(0);
    put(elsewhere, 'signed.zone', zonewright(['export', '--signed', 'example.com'], { cwd: elsewhere }).stdout);
    const imported = zonewright(['import', 'signed.zone', '--out', join(cwd, 'zones'), '--force'], { cwd: elsewhere });
    expect(imported.status, imported.stderr).toBe(0);
    const serialOf = (path: string) =>
      /(?<=serial: )\d+|\d+(?= +; serial)/.exec(readFileSync(join(cwd, path), 'utf8'))?.[0];
    const own = serialOf('zones/example.com.yaml');

    expect(await build()).toBe('built');
    const judge = () => runTool('ldns-verify-zone', [join(out, 'zones/example.com.zone')]);
    expect((await judge()).status).toBe(0);
    expect(await confirmDs(workspace(), { zone: 'example.com', ds: [] })).toMatchObject({ kind: 'confirmed' });
    now += 3 * 86_400_000;
    const last = await build();
    // The serial went on meanwhile: whoever signs has to go beyond it.
    expect(Number(serialOf('release/zones/example.com.zone'))).toBeGreaterThan(Number(own));
    expect(last).toContain('presigned-serial');
    expect((await judge()).status).toBe(0);
  },
);
