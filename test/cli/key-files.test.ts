import { spawn } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { exportKey } from '../../src/pipeline/keys/export.ts';
import { importKeys, type KeyImportOptions } from '../../src/pipeline/keys/import.ts';
import { git, MAIN, put, scratch, zonewright } from '../setup/program.ts';
import { needs, runTool, type ToolResult } from '../setup/tools.ts';

const document = `soa: { primary: ns1.example.net., contact: hostmaster@example.net }
dnssec: default
records:
  "@": { NS: [ns1.example.net., ns2.example.net.] }
  www: { A: [192.0.2.1] }
`;
/** The same zone as a master file. */
const unsigned = `$ORIGIN example.com.
@ 3600 SOA ns1.example.net. hostmaster.example.net. 1 14400 3600 1209600 3600
@ 3600 NS ns1.example.net.
@ 3600 NS ns2.example.net.
www 3600 A 192.0.2.1
`;
const folderOfKeys = '.zonewright/keys/example.com';

function project(config = ''): string {
  return scratch({ 'zonewright.yaml': config, 'zones/example.com.yaml': document });
}

/** Makes keys in the folder `bind`; gives the names of their files without the endings. */
async function keygen(cwd: string, ...keys: string[][]): Promise<string[]> {
  put(cwd, 'bind/.keep', '');
  const names: string[] = [];
  for (const args of keys) {
    const { status, stdout, stderr } = await runTool('dnssec-keygen', ['-q', '-K', join(cwd, 'bind'), ...args]);
    if (status !== 0) throw new Error(stderr);
    names.push(`bind/${stdout.trim()}`);
  }
  return names;
}

async function succeed(name: string, args: string[], cwd?: string): Promise<ToolResult> {
  const result = await runTool(name, args, cwd === undefined ? {} : { cwd });
  expect(result.status, result.stdout + result.stderr).toBe(0);
  return result;
}

/** Why `keys import` refuses files, and what to do. */
async function refusalOf(cwd: string, files: readonly string[], more: Partial<KeyImportOptions>): Promise<string> {
  const workspace = { folder: cwd, now: Date.now(), version: 'test' };
  const paths = files.map((file) => join(cwd, file));
  const done = await importKeys(workspace, { files: paths, zone: 'example.com', unpublished: false, ...more });
  return done.kind === 'failure' ? `${done.status}: ${done.message}: ${done.fix}` : `imported ${done.keys.length}`;
}

function storedFiles(cwd: string): string[] {
  return existsSync(join(cwd, folderOfKeys)) ? readdirSync(join(cwd, folderOfKeys)).sort() : [];
}

function isKeysDocument(json: string): boolean {
  const ajv = new Ajv2020({ strict: false });
  const read = (name: string) => JSON.parse(readFileSync(`schemas/${name}.schema.json`, 'utf8'));
  ajv.addSchema(read('ds'));
  return ajv.validate(read('keys'), JSON.parse(json)) === true;
}

const dnskeysOf = (zoneText: string): string[] =>
  [...zoneText.matchAll(/\sDNSKEY\s+(25[67])\s+3\s+(\d+)\s+\(?([^;)]*?)(?:\)|;|\n)/g)]
    .map(([, flags, algorithm, key]) => `${flags} ${algorithm} ${(key as string).replace(/\s/g, '')}`)
    .sort();

describe.skipIf(needs('dnssec-keygen', 'dnssec-dsfromkey', 'dnssec-signzone', 'dnssec-verify'))('keys import', () => {
  it.each(['8', '10', '13', '14', '15', '16'])(
    'takes over a zone that is signed with algorithm %s',
    async (algorithm) => {
      const cwd = project();
      const bits = Number(algorithm) < 13 ? ['-b', '2048'] : [];
      const names = await keygen(
        cwd,
        ['-a', algorithm, ...bits, '-f', 'KSK', 'example.com'],
        ['-a', algorithm, ...bits, 'example.com'],
      );
      const zone = zonewright(['export', 'example.com'], { cwd, env: {} });
      put(cwd, 'bind/zone', zone.stdout);
      const signed = await succeed(
        'dnssec-signzone',
        ['-S', '-O', 'full', '-o', 'example.com', 'zone'],
        join(cwd, 'bind'),
      );
      expect(signed.stderr).not.toContain('fatal');

      const files = names.map((name) => `${name}.private`);
      const first = zonewright(['keys', 'import', ...files, '--zone', 'example.com', '--json'], { cwd });
      expect(first.status, first.stderr).toBe(0);
      expect(isKeysDocument(first.stdout)).toBe(true);
      const { keys, ds, signed: isSigned, differs } = JSON.parse(first.stdout).zones[0];
      expect(keys).toMatchObject([
        { role: 'ksk', state: 'active', goal: 'use', known: false },
        { role: 'zsk', state: 'active', goal: 'use', known: false },
      ]);
      expect([ds.length, isSigned, differs]).toEqual([1, true, true]);
      const theirs = await succeed('dnssec-dsfromkey', ['-2', `${names[0]}.key`], cwd);
      const built = zonewright(['build', '--out', 'release'], { cwd });
      expect(built.status, built.stderr).toBe(0);
      const ours = readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8');
      expect(dnskeysOf(ours)).toEqual(dnskeysOf(readFileSync(join(cwd, 'bind/zone.signed'), 'utf8')));
      expect(dnskeysOf(ours)).toHaveLength(2);
      expect(readFileSync(join(cwd, 'release/ds/example.com.ds'), 'utf8')).toBe(theirs.stdout);
      await succeed('dnssec-verify', ['-o', 'example.com', join(cwd, 'release/zones/example.com.zone')]);
    },
  );

  it('may be repeated before the next build with keys that were forgotten, and of the same keys changes nothing', async () => {
    const cwd = project();
    const [ksk, zsk] = await keygen(cwd, ['-a', '13', '-f', 'KSK', 'example.com'], ['-a', '13', 'example.com']);
    const run = (...files: string[]) => zonewright(['keys', 'import', ...files, '--zone', 'example.com'], { cwd });
    const early = run(`${ksk}.private`);
    expect([early.status, early.stderr]).toEqual([0, expect.stringContaining('no ZSK is named')]);
    const whole = run(`${ksk}.private`, `${zsk}.private`);
    expect([whole.status, whole.stdout]).toEqual([
      0,
      expect.stringMatching(/^example\.com\. zsk .*active\n {2}assumed at/),
    ]);
    expect(whole.stderr).toMatch(/^example\.com\. ksk .*was there already$/m);
    const stored = readFileSync(join(cwd, folderOfKeys, 'keys.json'), 'utf8');
    const again = run(`${ksk}`, `${zsk}.key`);
    expect([again.status, again.stderr.match(/was there already/g)?.length]).toEqual([0, 2]);
    expect(readFileSync(join(cwd, folderOfKeys, 'keys.json'), 'utf8')).toBe(stored);
    const theirs = await succeed('dnssec-dsfromkey', ['-2', `${ksk}.key`], cwd);
    expect(zonewright(['ds'], { cwd }).stdout).toBe(theirs.stdout);
  });

  it('takes one key as CSK, keys that are over as leaving, and keys of no zone yet as new', async () => {
    const cwd = project();
    const [csk, old, next] = await keygen(
      cwd,
      ['-a', '13', '-f', 'KSK', 'example.com'],
      ['-a', '13', '-f', 'KSK', '-P', '-1y', '-A', '-1y', '-I', '-1mo', '-D', '+1y', 'example.com'],
      ['-a', '15', '-f', 'KSK', 'example.com'],
    );
    const said = zonewright(['keys', 'import', `${csk}`, `${old}`, '--zone', 'example.com'], { cwd });
    expect([said.status, said.stdout]).toEqual([
      0,
      expect.stringMatching(
        /^example\.com\. csk 13-\d{5} .*, active\nexample\.com\. csk 13-\d{5} .*, retired, leaving\n/,
      ),
    ]);
    const more = zonewright(['keys', 'import', `${next}`, '--zone', 'example.com', '--unpublished'], { cwd });
    expect([more.status, more.stdout]).toEqual([
      0,
      expect.stringMatching(/^example\.com\. csk 15-\d{5} .*, generated\n/),
    ]);
    const built = zonewright(['build', '--out', 'release'], { cwd });
    expect(built.status, built.stderr).toBe(0);
    const late = zonewright(['keys', 'import', `${csk}`, '--zone', 'example.com'], { cwd });
    expect([late.status, late.stderr]).toEqual([0, expect.stringContaining('was there already')]);
    await succeed('dnssec-verify', ['-z', '-o', 'example.com', join(cwd, 'release/zones/example.com.zone')]);
  });

  it('refuses what is no whole set of keys of the zone, and writes nothing then', async () => {
    const cwd = project();
    const [ksk, zsk, other] = (await keygen(
      cwd,
      ['-a', '13', '-f', 'KSK', 'example.com'],
      ['-a', '13', 'example.com'],
      ['-a', '13', 'example.org'],
    )) as [string, string, string];
    const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
    const secret = /PrivateKey: (.{12})/.exec(read(`${ksk}.private`))?.[1] as string;
    put(cwd, 'cut/Kexample.com.+013+00001.key', read(`${ksk}.key`));
    put(cwd, 'cut/Kexample.com.+013+00001.private', read(`${ksk}.private`).slice(0, 80));
    put(cwd, 'mixed/K.key', read(`${zsk}.key`));
    put(cwd, 'mixed/K.private', read(`${ksk}.private`));
    put(cwd, 'alone/K.private', read(`${ksk}.private`));
    put(cwd, 'public/K.key', read(`${ksk}.key`));
    put(cwd, 'revoked/K.key', read(`${ksk}.key`).replace('DNSKEY 257', 'DNSKEY 385'));
    put(cwd, 'revoked/K.private', read(`${ksk}.private`));
    for (const [files, more, message] of [
      [[other], {}, 'is a key of the zone example.org., not of example.com.'],
      [['cut/Kexample.com.+013+00001'], {}, 'cut/Kexample.com.+013+00001.private is cut off or changed'],
      [['mixed/K.key'], {}, 'mixed/K.private and K.key are halves of different keys'],
      [['alone/K.private'], {}, 'alone/K.private is there without its other half, K.key'],
      [['public/K.key'], {}, 'public/K.key is there without its other half, K.private'],
      [['revoked/K'], {}, 'revoked/K.key is a revoked key'],
      [['nothing.private'], {}, 'nothing.private cannot be read'],
      [['zonewright.yaml'], {}, 'holds no private key'],
      [[zsk], {}, 'there is no key of algorithm 13 among them that signs the DNSKEY records'],
      [[ksk], { role: 'ksk' }, 'there is no key of algorithm 13 among them that signs the other records now'],
      [[ksk, zsk], { role: 'zsk' }, 'is published with flags 257, and a zsk has 256'],
      [[ksk, zsk], { algorithm: 8 }, 'is a key of algorithm 13'],
      [[ksk, zsk, other], {}, 'is a key of the zone example.org.'],
    ] as const) {
      const said = await refusalOf(cwd, files, more);
      expect(said).toContain(message);
      expect(said).not.toContain(secret);
      expect(storedFiles(cwd)).toEqual([]);
    }
    const said = zonewright(['keys', 'import', zsk, '--zone', 'example.com'], { cwd });
    expect([said.status, said.stdout]).toEqual([1, '']);
    expect(zonewright(['keys', 'import', ksk, '--zone', 'example.net'], { cwd }).status).toBe(64);
    expect(zonewright(['keys', 'import', ksk], { cwd }).status).toBe(64);
  });
});

describe.skipIf(needs('dnssec-signzone', 'dnssec-verify', 'openssl', 'keymgr'))('keys export', () => {
  it('writes files that others sign with', async () => {
    const cwd = project('dnssec: { policies: { default: { keys: ksk+zsk } } }\n');
    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    expect(zonewright(['build', '--out', 'release'], { cwd }).status).toBe(0);
    const listed = JSON.parse(zonewright(['keys', 'list', '--json'], { cwd }).stdout).zones[0].keys;
    expect(listed).toHaveLength(2);
    for (const { id, key_tag } of listed as { id: string; key_tag: number }[]) {
      const bind = zonewright(['keys', 'export', 'example.com', String(key_tag), '--out', 'out', '--json'], { cwd });
      expect(bind.status, bind.stderr).toBe(0);
      expect(isKeysDocument(bind.stdout)).toBe(true);
      const pem = zonewright(['keys', 'export', 'example.com', id, '--format', 'pem', '--out', 'pem'], { cwd });
      expect(pem.stdout).toBe(`${cwd}/pem/example.com.${id}.pem\n`);
      expect([bind, pem].map(({ stdout, stderr }) => stdout + stderr).join()).not.toContain('PRIVATE');
      for (const file of [...(JSON.parse(bind.stdout).files as string[]), pem.stdout.trim()]) {
        expect(statSync(file).mode & 0o777).toBe(0o600);
      }
      await succeed('openssl', ['pkey', '-in', pem.stdout.trim(), '-noout', '-check']);
    }
    put(cwd, 'out/zone', unsigned);
    await succeed('dnssec-signzone', ['-S', '-O', 'full', '-o', 'example.com', 'zone'], join(cwd, 'out'));
    await succeed('dnssec-verify', ['-o', 'example.com', join(cwd, 'out/zone.signed')]);
    const ours = readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8');
    expect(dnskeysOf(readFileSync(join(cwd, 'out/zone.signed'), 'utf8'))).toEqual(dnskeysOf(ours));
    for (const name of readdirSync(join(cwd, 'out')).filter((each) => each.endsWith('.private'))) {
      await succeed('keymgr', ['-D', join(cwd, 'kasp'), 'example.com', 'import-bind', join(cwd, 'out', name)]);
    }
    const taken = (await succeed('keymgr', ['-D', join(cwd, 'kasp'), 'example.com', 'list'])).stdout;
    for (const { key_tag } of listed) expect(taken).toMatch(new RegExp(`\\b0*${key_tag}\\b`));
  });

  it.each([
    [['genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'], { algorithm: 10 }, 10],
    [['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'], {}, 14],
    [['genpkey', '-algorithm', 'ED25519'], {}, 15],
    [['genpkey', '-algorithm', 'ED448'], {}, 16],
  ] as const)('gives a key of openssl back as it came: %j', async (make, more, algorithm) => {
    const cwd = project();
    await succeed('openssl', [...make, '-out', join(cwd, 'my.key')]);
    expect(await refusalOf(cwd, ['my.key'], more)).toMatch(/^usage: .*my\.key does not say what the key is for/);
    const workspace = { folder: cwd, now: Date.now(), version: 'test' };
    const options = {
      files: [join(cwd, 'my.key')],
      zone: 'example.com',
      unpublished: true,
      role: 'csk',
      ...more,
    } as const;
    const imported = await importKeys(workspace, options);
    if (imported.kind !== 'imported') throw new Error(imported.message);
    expect(imported.keys).toMatchObject([{ state: 'generated', known: false, key: { role: 'csk', algorithm } }]);
    const id = String(imported.keys[0]?.key.id);
    const out = join(cwd, 'out');
    expect((await exportKey(workspace, { zone: 'example.com', key: id, format: 'pem', out })).kind).toBe('exported');
    const [ours, theirs] = [join(out, `example.com.${id}.pem`), join(cwd, 'my.key')].map((each) =>
      readFileSync(each, 'utf8'),
    );
    expect(ours).toBe(theirs);
  });

  it('of RSA asks for the algorithm, and refuses keys of other kinds and locked ones', async () => {
    const cwd = project();
    await succeed('openssl', ['genpkey', '-algorithm', 'RSA', '-out', join(cwd, 'rsa.pem')]);
    await succeed('openssl', ['genpkey', '-algorithm', 'X25519', '-out', join(cwd, 'x.pem')]);
    const lock = ['-aes256', '-pass', 'pass:secret', '-out', join(cwd, 'locked.pem')];
    await succeed('openssl', ['genpkey', '-algorithm', 'ED25519', ...lock]);
    const text = readFileSync(join(cwd, 'rsa.pem'), 'utf8');
    put(cwd, 'cut.pem', text.slice(0, 900));
    for (const [file, message] of [
      ['rsa.pem', 'may be of algorithm 8 or 10'],
      ['x.pem', 'of no kind of key that zones are signed with'],
      ['locked.pem', 'is encrypted with a passphrase'],
      ['cut.pem', 'is cut off or changed'],
    ] as const) {
      const said = await refusalOf(cwd, [file], { role: 'csk' });
      expect(said).toContain(message);
      expect(said).not.toContain(text.slice(60, 80));
    }
  });

  it('is refused in a repository, and replaces no other file', async () => {
    const cwd = project();
    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    const [file] = storedFiles(cwd) as [string];
    const id = file.replace('.pem', '');
    const workspace = { folder: cwd, now: Date.now(), version: 'test' };
    const run = async (key = id): Promise<string> => {
      const done = await exportKey(workspace, { zone: 'example.com', key, format: 'pem', out: join(cwd, 'out') });
      return done.kind === 'failure' ? `${done.status}: ${done.message}` : done.kind;
    };
    put(cwd, `out/example.com.${id}.pem`, 'mine');
    expect(await run()).toMatch(/^refused: .* is there already$/);
    expect(readFileSync(join(cwd, `out/example.com.${id}.pem`), 'utf8')).toBe('mine');
    renameSync(join(cwd, 'out'), join(cwd, 'elsewhere'));
    expect([await run(), await run(), await run('13-00000')]).toEqual([
      'exported',
      'exported',
      'usage: example.com. has no key 13-00000',
    ]);
    renameSync(join(cwd, 'out'), join(cwd, 'away'));
    git(cwd, 'init', '-q');
    expect(await run()).toMatch(/^refused: .* in plain text$/);
    expect(readdirSync(join(cwd, 'out'))).toEqual([]);
    expect(zonewright(['keys', 'export', 'example.com', id], { cwd }).status).toBe(64);
  });
});

describe('keys remove', () => {
  it('takes what nobody needs, and what is needed only by force', () => {
    const cwd = project();
    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    const list = (): { id: string }[] => JSON.parse(readFileSync(join(cwd, folderOfKeys, 'keys.json'), 'utf8')).keys;
    const [unused] = list() as [{ id: string }];
    const removed = zonewright(['keys', 'remove', 'example.com', unused.id], { cwd });
    expect([removed.status, removed.stdout]).toEqual([
      0,
      `removed example.com. csk ${unused.id}, which was generated\n`,
    ]);
    expect(storedFiles(cwd)).toEqual(['keys.json']);

    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    expect(zonewright(['build', '--out', 'release'], { cwd }).status).toBe(0);
    const [used] = list() as [{ id: string }];
    const refused = zonewright(['keys', 'remove', 'example.com', used.id], { cwd });
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('is among the DNSKEY records of the zone'),
    ]);
    expect(list()).toEqual([expect.objectContaining(used)]);
    const forced = zonewright(['keys', 'remove', 'example.com', used.id, '--break-the-chain', '--json'], { cwd });
    expect([forced.status, isKeysDocument(forced.stdout), JSON.parse(forced.stdout).zones[0].broken]).toEqual([
      0,
      true,
      true,
    ]);
    expect(storedFiles(cwd)).toEqual(['keys.json']);
    expect(zonewright(['keys', 'remove', 'example.com', used.id], { cwd }).status).toBe(64);
    const failed = zonewright(['build', '--out', 'release'], { cwd });
    expect([failed.status, failed.stdout + failed.stderr]).toEqual([1, expect.stringContaining('has no key')]);
    expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
    // The release before still names the key, which holds nothing up.
    expect(zonewright(['build', '--out', 'release'], { cwd }).status).toBe(0);
    const { dropped, ...rest } = JSON.parse(readFileSync(join(cwd, 'release/keys/example.com.json'), 'utf8'));
    expect(dropped).toContain(used.id);
    expect(JSON.stringify(rest)).not.toContain(used.id);
    expect(dnskeysOf(readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8'))).toHaveLength(1);
  });
});

describe('an encrypted store', () => {
  it('holds no key in plain text, and is of use to its identity alone', async () => {
    const { generateIdentity } = await import('age-encryption');
    const cwd = project('keys: { store: keys }\ndnssec: { policies: { default: { keys: ksk+zsk } } }\n');
    const outside = scratch({ mine: `${await generateIdentity()}\n`, foreign: `# a\n${await generateIdentity()}\n` });
    git(cwd, 'init', '-q');
    const run = (args: string[], identity?: string) =>
      zonewright(args, {
        cwd,
        env: { ZONEWRIGHT_AGE_KEY: '', ZONEWRIGHT_AGE_KEY_FILE: identity === undefined ? '' : join(outside, identity) },
      });
    const made = run(['keys', 'generate'], 'mine');
    expect([made.status, made.stderr]).toEqual([0, expect.stringContaining('encrypted with age')]);
    expect(run(['build', '--out', 'release'], 'mine').status).toBe(0);
    const plain = run(['keys', 'export', 'example.com', 'x', '--out', join(outside, 'out')], 'mine');
    expect(plain.status).toBe(64);

    const all = readdirSync(cwd, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = all.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'latin1')] as const);
    expect(texts.filter(([name]) => name.endsWith('.age'))).toHaveLength(2);
    expect(texts.filter(([, text]) => /PRIVATE KEY|PrivateKey|AGE-SECRET/.test(text)).map(([name]) => name)).toEqual(
      [],
    );

    writeFileSync(join(cwd, 'zones/example.com.yaml'), document.replace('192.0.2.1', '192.0.2.2'));
    const manifest = readFileSync(join(cwd, 'release/manifest.json'), 'utf8');
    for (const [identity, message] of [
      [undefined, 'there is no identity to decrypt them with'],
      ['foreign', 'is encrypted to others than the identity that is given'],
      ['nowhere', 'ZONEWRIGHT_AGE_KEY_FILE) cannot be read'],
    ] as const) {
      const built = run(['build', '--out', 'release'], identity);
      expect([1, 69]).toContain(built.status);
      expect(built.stdout + built.stderr).toContain(message);
      expect(readFileSync(join(cwd, 'release/manifest.json'), 'utf8')).toBe(manifest);
    }
    expect(run(['keys', 'list']).status).toBe(0);
    expect(run(['build', '--out', 'release'], 'mine').status).toBe(0);
    expect(readFileSync(join(cwd, 'release/zones/example.com.zone'), 'utf8')).toContain('192.0.2.2');
  });
});

it('a store whose writer was killed is whole again after the next write', async () => {
  const names = Array.from({ length: 24 }, (_, at) => `z${at}.example`);
  const cwd = scratch({
    'zonewright.yaml': 'dnssec: { policies: { default: { algorithm: 15, keys: ksk+zsk } } }\n',
    ...Object.fromEntries(names.map((name) => [`zones/${name}.yaml`, document])),
  });
  const store = join(cwd, '.zonewright/keys');
  const filesOf = (): string[] =>
    existsSync(store) ? (readdirSync(store, { recursive: true }) as string[]).filter((name) => name.includes('/')) : [];
  for (const enough of [2, 9, 31]) {
    const child = spawn(process.execPath, [MAIN, 'keys', 'generate'], { cwd, stdio: 'ignore' });
    const ended = new Promise((done) => child.on('exit', done));
    const before = filesOf().length;
    while (child.exitCode === null && child.signalCode === null && filesOf().length < before + enough) {
      await new Promise((done) => setImmediate(done));
    }
    child.kill('SIGKILL');
    await ended;
  }
  const last = zonewright(['keys', 'generate'], { cwd });
  expect(last.status, last.stderr).toBe(0);
  for (const name of names) {
    const folder = join(store, name);
    const { keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'));
    const wanted = keys.map(({ id }: { id: string }) => `${id}.pem`);
    expect(wanted).toHaveLength(2);
    // A zone that was done before the kill is not written again, and keeps its empty note.
    expect(
      readdirSync(folder)
        .filter((each) => !each.startsWith('.'))
        .sort(),
    ).toEqual([...wanted, 'keys.json'].sort());
  }
});

it('a private key that others can read is not taken from the store', () => {
  const cwd = project();
  expect(zonewright(['keys', 'generate'], { cwd }).status).toBe(0);
  const [name] = storedFiles(cwd).filter((each) => each.endsWith('.pem')) as [string];
  chmodSync(join(cwd, folderOfKeys, name), 0o644);
  const built = zonewright(['build', '--out', 'release'], { cwd });
  expect([built.status, built.stdout + built.stderr]).toEqual([1, expect.stringContaining('chmod 600')]);
});
