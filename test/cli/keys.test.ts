import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { readDnskey } from '../../src/dns/dnssec/dnskey.ts';
import { parseName } from '../../src/dns/name.ts';
import { readZoneKeys } from '../../src/dnssec/store/zone-keys-file.ts';
import { scratch, zonewright } from '../setup/program.ts';
import { needs, runTool } from '../setup/tools.ts';

const document = `soa: { primary: ns1.example.net., contact: hostmaster@example.net }
dnssec: default
records: { "@": { NS: [ns1.example.net., ns2.example.net.] } }
`;

function project(policy: string): string {
  return scratch({
    'zonewright.yaml': `dnssec: { policies: { default: ${policy} } }\n`,
    'zones/example.com.yaml': document,
  });
}

function schemaFaults(json: string): unknown {
  const ajv = new Ajv2020({ strict: false });
  const read = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'));
  ajv.addSchema(read('ds'));
  const validate = ajv.compile(read('keys'));
  return validate(JSON.parse(json)) ? undefined : validate.errors;
}

describe('keys generate', () => {
  it('makes what the policy asks for, once, and shows nothing that is secret', () => {
    const cwd = project('{ keys: ksk+zsk, ds_digests: [2, 4] }');
    const said = ['generate', 'generate', 'list'].map((name) => zonewright(['keys', name], { cwd }));
    expect(said.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect(said[0]?.stdout).toMatch(
      /^example\.com\. ksk 13-\d{5} .*\nexample\.com\. zsk 13-\d{5} .*\n {2}later at the parent: example\.com\. IN DS /,
    );
    expect(said[1]?.stdout).toBe('');
    const files = readdirSync(join(cwd, '.zonewright/keys/example.com')).sort();
    expect(files).toEqual([expect.stringMatching(/\.pem$/), expect.stringMatching(/\.pem$/), 'keys.json']);
    for (const args of [['keys', 'generate'], ['keys', 'list'], ['ds']]) {
      const { stdout } = zonewright([...args, '--json'], { cwd });
      expect(schemaFaults(stdout)).toBeUndefined();
      said.push({ status: 0, stdout, stderr: '' });
    }
    const publicFile = readFileSync(join(cwd, '.zonewright/keys/example.com/keys.json'), 'utf8');
    expect(said.map(({ stdout, stderr }) => stdout + stderr).join('') + publicFile).not.toMatch(
      /PRIVATE KEY|AGE-SECRET/,
    );
  });

  it('leaves keys of another algorithm to a roll-over, and names what it does not know', () => {
    const cwd = project('{ algorithm: 15 }');
    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    writeFileSync(join(cwd, 'zonewright.yaml'), 'dnssec: { policies: { default: { algorithm: 13 } } }\n');
    const again = zonewright(['keys', 'generate'], { cwd });
    expect([again.status, again.stdout]).toEqual([0, '']);
    expect(again.stderr).toContain('"zonewright keys roll" changes them');
    const other = zonewright(['-C', cwd, 'ds', 'example.org']);
    expect(other.status).toBe(64);
    expect(zonewright(['ds', '--digest', '3'], { cwd }).status).toBe(64);
    expect(zonewright(['keys', 'nope'], { cwd }).status).toBe(64);
  });
});

describe.skipIf(needs('dnssec-dsfromkey'))('ds', () => {
  it.each([8, 10, 13, 14, 15, 16])('prints what dnssec-dsfromkey prints for algorithm %d', async (algorithm) => {
    const cwd = project(`{ algorithm: ${algorithm} }`);
    expect(zonewright(['keys', 'generate', 'example.com'], { cwd }).status).toBe(0);
    const zone = parseName('example.com.');
    const { keys } = readZoneKeys(readFileSync(join(cwd, '.zonewright/keys/example.com/keys.json'), 'utf8'), zone, '');
    const { flags, key } = readDnskey(keys[0]?.dnskey as string);
    const input = `example.com. 3600 IN DNSKEY ${flags} 3 ${algorithm} ${Buffer.from(key, 'latin1').toString('base64')}\n`;
    const theirs = await runTool('dnssec-dsfromkey', ['-2', '-a', 'SHA-384', '-f', '-', 'example.com'], { input });
    expect(zonewright(['ds', '--digest', '2,4'], { cwd }).stdout).toBe(theirs.stdout);
  });
});
