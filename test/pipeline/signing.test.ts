import { cpSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BuildOptions, Built, NotBuilt } from '../../src/pipeline/build.ts';
import { buildRelease } from '../../src/pipeline/build.ts';
import type { Failure } from '../../src/pipeline/failure.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { printPlan } from '../../src/pipeline/plan/text.ts';
import { planChange } from '../../src/pipeline/plan-change.ts';
import { noPaint } from '../../src/pipeline/report/text.ts';
import { takeLock } from '../../src/state/files/lock.ts';
import { scratchFolder, writeOrRemove } from '../git/scratch-repository.ts';
import { needs, runTool } from '../setup/tools.ts';

const HOUR = 3600_000;
const DAY = 24 * HOUR;
const start = Math.floor(Date.now() / 1000) * 1000;

const head = 'ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\n';
const NS = 'NS: [ns1.example.net., ns2.example.net.]';
const zone = (setting: string, ...lines: string[]): string =>
  `${head}${setting}\nrecords:\n  "@": { ${NS}, A: 192.0.2.1 }\n${lines.map((line) => `  ${line}\n`).join('')}`;

const policies = `dnssec:
  policies:
    two: { keys: ksk+zsk, denial: nsec3 }
    all: { algorithm: 15, denial: nsec3, opt_out: true, zonemd: true, ds_digests: [2, 4] }
    other: { denial: nsec3 }
`;

type Files = Record<string, string | undefined>;

/** A project without git whose clock is moved by hand. */
function project(files: Files) {
  const folder = scratchFolder();
  const out = join(scratchFolder(), 'release');
  let now = start;
  const write = (changed: Files): void => {
    for (const [path, text] of Object.entries(changed)) writeOrRemove(join(folder, path), text);
  };
  write({ 'zonewright.yaml': policies, ...files });
  const workspace = () => ({ folder, now, version: '1.0.0' });
  const build = (options: Partial<BuildOptions> = {}): Promise<Built | NotBuilt | Failure> =>
    buildRelease(workspace(), { out, ...options });
  return {
    folder,
    out,
    write,
    build,
    workspace,
    /** Moves the clock, milliseconds. */
    pass(time: number): void {
      now += time;
    },
    async keys(...zones: string[]): Promise<void> {
      expect(await generateKeys(workspace(), { zones })).toMatchObject({ kind: 'generated' });
    },
    async built(options: Partial<BuildOptions> = {}): Promise<Built> {
      const result = await build(options);
      if (result.kind === 'built') return result;
      throw new Error(
        result.kind === 'failure' ? result.message : result.report.findings.map((f) => f.message).join('; '),
      );
    },
    async refused(): Promise<{ rule: string; message: string; fix: string }> {
      const result = await build();
      if (result.kind !== 'refused') throw new Error(`expected a refusal, not: ${JSON.stringify(result)}`);
      const finding = result.report.findings.find(({ severity }) => severity === 'error');
      return finding as { rule: string; message: string; fix: string };
    },
    text: (path: string): string => readFileSync(join(out, path), 'utf8'),
    serial: (name: string): number =>
      Number(/(\d+) +; serial/.exec(readFileSync(join(out, `zones/${name}.zone`), 'utf8'))?.[1]),
    /** Has other programs judge a zone file at the time of the clock. */
    async judge(name: string, path = `zones/${name}.zone`): Promise<void> {
      const file = join(out, path);
      const time = new Date(now).toISOString().replace(/\D/g, '').slice(0, 14);
      const ldns = await runTool('ldns-verify-zone', ['-t', time, file]);
      expect([name, ldns.status, ldns.stderr]).toEqual([name, 0, '']);
      const seconds = String(Math.floor(now / 1000));
      const knot = await runTool('kzonecheck', ['-d', 'on', '-t', seconds, '-o', name, file]);
      expect([name, knot.status, knot.stderr]).toEqual([name, 0, '']);
    },
  };
}

type TestProject = ReturnType<typeof project>;

const A = 'zones/a.example.yaml';
const aZone = (setting: string, ...more: string[]): string =>
  zone(setting, 'www: { A: [192.0.2.2, 192.0.2.3] }', '"*.w": { TXT: any }', 'x.y.z: { AAAA: "2001:db8::1" }', ...more);

/** Every file of a release with its content. */
function contents(out: string): Map<string, string> {
  const files = readdirSync(out, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ name, parentPath }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'latin1')]),
  );
}

function differingLines(a: string, b: string): number {
  const before = new Set(a.split('\n'));
  return b.split('\n').filter((line) => !before.has(line)).length;
}

describe('a zone with a policy and no key', () => {
  it('is an error that prints the command, and the release stays as it was', async () => {
    const { refused, out, folder } = project({ [A]: aZone('dnssec: default') });
    expect(await refused()).toMatchObject({
      rule: 'signing-key-missing',
      place: { file: A, line: 3 },
      fix: 'make it: zonewright keys generate a.example.',
    });
    expect(existsSync(out)).toBe(false);
    expect(existsSync(join(folder, '.zonewright/keys'))).toBe(false);
  });
});

describe.skipIf(needs('ldns-verify-zone', 'kzonecheck'))('a zone so big that it is signed while it is checked', () => {
  const text = 'x'.repeat(250);
  const names = Array.from({ length: 600 }, (_, i) => `host-${i}: { TXT: [a${text}, b${text}, c${text}, d${text}] }`);

  it('is signed as ever, and an error in it stops the release', async () => {
    const { keys, built, refused, write, judge, out } = project({ [A]: aZone('dnssec: default', ...names) });
    await keys();
    await built();
    await judge('a.example');
    const before = contents(out);
    write({ [A]: aZone('dnssec: default', ...names, 'wrong: { CNAME: host-1, TXT: any }') });
    expect(await refused()).toMatchObject({ rule: 'cname-with-other-data', place: { file: A, line: 609 } });
    expect(contents(out)).toEqual(before);
  });
});

describe.skipIf(needs('ldns-verify-zone', 'kzonecheck', 'dnssec-dsfromkey'))('a signed zone', () => {
  it.each(['default', 'two', 'all'])('by the policy %s pleases other programs, its DS too', async (policy) => {
    const { keys, built, judge, text, out } = project({ [A]: aZone(`dnssec: ${policy}`, `sub: { ${NS} }`) });
    await keys();
    await built();
    await judge('a.example');
    const args = [
      '-f',
      join(out, 'zones/a.example.zone'),
      ...(policy === 'all' ? ['-a', '2', '-a', '4'] : ['-a', '2']),
    ];
    const ds = await runTool('dnssec-dsfromkey', [...args, 'a.example']);
    expect(text('ds/a.example.ds').split('\n').sort()).toEqual(ds.stdout.split('\n').sort());
    const data = JSON.parse(text('ds/a.example.json')) as { ds: { key_tag: number; digest: string }[] };
    expect(data.ds.map(({ key_tag, digest }) => `${key_tag} ${digest}`)).toEqual(
      text('ds/a.example.ds')
        .trim()
        .split('\n')
        .map((line) => `${line.split(' ')[3]} ${line.split(' ')[6]}`),
    );
  });

  it('keeps serial and bytes as long as nothing changes, and few lines differ after a change', async () => {
    const many = Array.from({ length: 200 }, (_, i) => `h${i}: { A: 192.0.2.${i} }`);
    const { keys, built, judge, out, pass, write, serial, text } = project({ [A]: aZone('dnssec: default', ...many) });
    await keys();
    await built();
    const first = contents(out);
    const before = text('zones/a.example.zone');
    const serialBefore = serial('a.example');
    pass(HOUR);
    expect(await built()).toMatchObject({ untouched: true });
    expect(contents(out)).toEqual(first);
    write({ [A]: aZone('dnssec: default', ...many, 'new: { A: 192.0.2.99 }') });
    await built();
    await judge('a.example');
    expect(serial('a.example')).toBeGreaterThan(serialBefore);
    expect(differingLines(before, text('zones/a.example.zone'))).toBeLessThan(15);
  });

  it('is signed anew without a commit when signatures are due, each with a greater serial', async () => {
    const { keys, built, judge, pass, serial } = project({ [A]: aZone('dnssec: two') });
    await keys();
    await built();
    let last = serial('a.example');
    let renewals = 0;
    for (let day = 0; day < 40; day++) {
      pass(DAY);
      const { changed } = await built();
      if (changed.length === 0) continue;
      renewals++;
      expect(serial('a.example')).toBeGreaterThan(last);
      last = serial('a.example');
      await judge('a.example');
    }
    expect(renewals).toBeGreaterThan(3);
    expect(renewals).toBeLessThan(40);
  });

  it('goes on where the release before is damaged, with a greater serial', async () => {
    const { keys, built, judge, out, pass, serial } = project({ [A]: aZone('dnssec: default') });
    await keys();
    await built();
    const last = serial('a.example');
    pass(HOUR);
    truncateSync(join(out, 'zones/a.example.zone'), 300);
    expect((await built()).damaged).toEqual(['a.example.']);
    await judge('a.example');
    expect(serial('a.example')).toBeGreaterThan(last);
    const cut = serial('a.example');
    truncateSync(join(out, 'manifest.json'), 200);
    expect((await built()).damage).toContain('is damaged: it is not JSON');
    await judge('a.example');
    expect(serial('a.example')).toBeGreaterThan(cut);
    const next = serial('a.example');
    rmSync(out, { recursive: true });
    await built();
    await judge('a.example');
    expect(serial('a.example')).toBeGreaterThan(next);
  });

  it('goes on from the release before where the key store remembers nothing, as in CI', async () => {
    const fresh = project({ [A]: aZone('dnssec: default'), 'nodes.yaml': undefined });
    await fresh.keys();
    const store = join(fresh.folder, '.zonewright/keys');
    const committed = join(scratchFolder(), 'keys');
    cpSync(store, committed, { recursive: true });
    await fresh.built();
    const state = JSON.parse(fresh.text('keys/a.example.json')) as { progress: { signed: string } };
    for (let i = 0; i < 3; i++) {
      rmSync(store, { recursive: true });
      cpSync(committed, store, { recursive: true });
      fresh.pass(4 * HOUR);
      await fresh.built();
    }
    const later = JSON.parse(fresh.text('keys/a.example.json')) as typeof state & {
      progress: { wanted: { keys: string[] }[]; chain: { dnskey: { since: string }[] } };
    };
    expect(later.progress.chain.dnskey.at(-1)?.since).toBe(state.progress.signed);
    expect(later.progress.wanted.at(-1)?.keys).toHaveLength(1);
  });

  it('has other values on nodes, signed as well', async () => {
    const nodes = 'nodes:\n  fra1: { host: fra1.example.net }\n  ams1: { host: ams1.example.net }\n';
    const pinned = 'k8s: { A: [ { value: 192.0.2.50, nodes: [fra1] }, { value: 192.0.2.51, nodes: [ams1] } ] }';
    const { keys, built, judge, text } = project({ [A]: aZone('dnssec: default', pinned), 'nodes.yaml': nodes });
    await keys();
    await built();
    for (const path of ['zones/a.example.zone', 'nodes/fra1/zones/a.example.zone', 'nodes/ams1/zones/a.example.zone']) {
      await judge('a.example', path);
    }
    const soa = (path: string): string | undefined => /^@ +RRSIG +SOA .*$/m.exec(text(path))?.[0];
    expect(soa('nodes/fra1/zones/a.example.zone')).toBe(soa('zones/a.example.zone'));
  });

  it('changes the way in which it denies existence at once', async () => {
    const { keys, built, judge, write, text } = project({ [A]: aZone('dnssec: default') });
    await keys();
    await built();
    write({ [A]: aZone('dnssec: other') });
    await built();
    await judge('a.example');
    expect(text('zones/a.example.zone')).toContain('NSEC3PARAM');
  });
});

describe.skipIf(needs('ldns-verify-zone', 'kzonecheck'))('a zone below another', () => {
  const CHILD = 'zones/sub.a.example.yaml';
  const both = (): TestProject =>
    project({ [A]: aZone('dnssec: default', `sub: { ${NS} }`), [CHILD]: zone('dnssec: two') });

  it('has its DS in there as soon as no resolver knows it unsigned', async () => {
    const { keys, built, judge, pass, text } = both();
    await keys();
    await built();
    expect(text('zones/a.example.zone')).not.toMatch(/^sub +DS/m);
    pass(HOUR);
    await built();
    expect(text('zones/a.example.zone')).not.toMatch(/^sub +DS/m);
    pass(2 * HOUR);
    expect((await built()).changed.map((each) => each.zone)).toContain('a.example.');
    const [, ds] = /^sub +DS +(.*)$/m.exec(text('zones/a.example.zone')) ?? [];
    expect(text('ds/sub.a.example.ds').trim()).toBe(`sub.a.example. IN DS ${ds}`);
    await judge('a.example');
    await judge('sub.a.example');
    expect(await built()).toMatchObject({ untouched: true });
  });

  it('stays signed until its DS is forgotten, and says so', async () => {
    const { keys, build, built, judge, pass, text, write } = both();
    await keys();
    await built();
    pass(4 * HOUR);
    await built();
    pass(4 * HOUR);
    await built();
    write({ [CHILD]: zone('dnssec: false') });
    const going = await build();
    expect(going.kind === 'built' && going.report.findings.map(({ rule }) => rule)).toContain('signing-goes-on');
    expect(text('zones/a.example.zone')).not.toMatch(/^sub +DS/m);
    expect(text('zones/sub.a.example.zone')).toContain('RRSIG');
    await judge('sub.a.example');
    for (let i = 0; i < 10; i++) {
      pass(12 * HOUR);
      await built();
      await judge('a.example');
    }
    expect(text('zones/sub.a.example.zone')).not.toContain('RRSIG');
    expect(await build()).toMatchObject({ kind: 'built', untouched: true });
  });

  it('is not written down anew with every change of its parent, but once a day', async () => {
    const { keys, built, pass, write, folder } = both();
    await keys();
    const noted = (): string => readFileSync(join(folder, '.zonewright/keys/sub.a.example/keys.json'), 'utf8');
    for (let i = 0; i < 3; i++) {
      await built();
      pass(4 * HOUR);
    }
    let last = 0;
    const change = async (): Promise<string> => {
      write({ [A]: aZone('dnssec: default', `sub: { ${NS} }`, `h${last++}: { A: 192.0.2.7 }`) });
      expect((await built()).changed.map((each) => each.zone)).toEqual(['a.example.']);
      return noted();
    };
    const first = await change();
    pass(HOUR);
    expect(await change()).toBe(first);
    pass(DAY);
    const later = JSON.parse(await change());
    expect(Date.parse(later.parent.at) - Date.parse(JSON.parse(first).parent.at)).toBeGreaterThanOrEqual(DAY);
  });

  it('with a DS that is of none of its keys is refused', async () => {
    const ds = 'DS: 12345 13 2 AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34AB12CD34';
    const { keys, refused } = project({
      [A]: aZone('dnssec: default', `sub: { ${NS}, ${ds} }`),
      [CHILD]: zone('dnssec: default'),
    });
    await keys();
    expect(await refused()).toMatchObject({ rule: 'ds-of-other-key', message: expect.stringContaining('12345') });
  });
});

describe('what must not be', () => {
  const signed = async (): Promise<TestProject> => {
    const made = project({ [A]: aZone('dnssec: default') });
    await made.keys();
    await made.built();
    return made;
  };
  const keyFile = ({ folder }: TestProject): string => {
    const store = join(folder, '.zonewright/keys/a.example');
    return join(store, readdirSync(store).find((name) => name.endsWith('.pem')) as string);
  };

  it.each([
    ['behind the last release', -DAY],
    ['years ahead', 5 * 366 * DAY],
  ])('a clock that is %s stops the build', async (_name, by) => {
    const made = await signed();
    const before = contents(made.out);
    made.pass(by);
    made.write({ [A]: aZone('dnssec: default', 'new: { A: 192.0.2.9 }') });
    expect(await made.refused()).toMatchObject({
      rule: 'signing-clock',
      message: expect.stringContaining('the clock says'),
    });
    expect(contents(made.out)).toEqual(before);
  });

  it.each([
    ['is missing', (path: string) => rmSync(path)],
    ['was cut off', (path: string) => truncateSync(path, 40)],
    [
      'is that of another key',
      (path: string) => writeFileSync(path, readFileSync(keyFile(other as TestProject)), { mode: 0o600 }),
    ],
  ])('a private key that %s stops the build, and the release stays', async (_name, spoil) => {
    other = await signed();
    const made = await signed();
    const before = contents(made.out);
    const secret = readFileSync(keyFile(made), 'utf8').split('\n')[1] as string;
    spoil(keyFile(made));
    expect(await made.build()).toMatchObject({ kind: 'built', untouched: true });
    made.pass(HOUR);
    made.write({ [A]: aZone('dnssec: default', 'new: { A: 192.0.2.9 }') });
    const finding = await made.refused();
    expect(finding.rule).toBe('signing-key-unusable');
    expect(JSON.stringify(finding)).not.toContain(secret);
    expect(contents(made.out)).toEqual(before);
  });
  let other: TestProject | undefined;

  it('a state of keys that was changed stops the build', async () => {
    const made = await signed();
    writeFileSync(join(made.folder, '.zonewright/keys/a.example/keys.json'), '{ "format_version": "1.0"');
    expect(await made.refused()).toMatchObject({
      rule: 'signing-key-unusable',
      message: expect.stringContaining('keys.json'),
    });
  });

  it('a trial leaves no trace in the key store', async () => {
    const made = project({ [A]: aZone('dnssec: default') });
    await made.keys();
    const state = () => readFileSync(join(made.folder, '.zonewright/keys/a.example/keys.json'), 'utf8');
    const before = state();
    await made.built({ record: false, out: join(scratchFolder(), 'trial') });
    expect(state()).toBe(before);
    await made.built();
    expect(state()).not.toBe(before);
  });
});

describe('a plan', () => {
  it('says in words what it means for keys, DS and signatures', async () => {
    const { keys, built, pass, write, workspace, out } = project({ [A]: aZone('dnssec: default') });
    const plan = async (): Promise<string> => {
      const planned = await planChange(workspace(), { release: out });
      return planned.kind === 'failure' ? planned.message : printPlan(planned.plan, noPaint);
    };
    await keys();
    await built();
    expect(await plan()).toMatch(
      /a\.example: until \d{4}-.*Z: before the DS of a\.example\. may be that of key 13-\d{5}/,
    );
    pass(3 * HOUR);
    expect(await plan()).toMatch(/the DS of 13-\d{5} is to be added at the parent\n +to do: tell the parent/);
    await built();
    write({ [A]: aZone('dnssec: other', 'new: { A: 192.0.2.9 }') });
    const text = await plan();
    expect(text).toContain('a.example: 1 record to add');
    expect(text).not.toMatch(/RRSIG|DNSKEY/);
    write({ [A]: aZone('dnssec: false') });
    expect(await plan()).toContain('it stays signed until no resolver can have its DS');
    write({ [A]: aZone('dnssec: default') });
    pass(9 * DAY);
    expect(await plan()).toMatch(/\d+ signatures are renewed because they expire soon/);
  });
});

describe('a key store that cannot be written to', () => {
  it('does not make a build fail whose release is in its place, and is told later', async () => {
    const { folder, keys, built, write, pass } = project({ [A]: aZone('dnssec: default') });
    await keys('a.example');
    const lock = takeLock(join(folder, '.zonewright/keys/.lock'), 'changing the same key store');
    const first = await built();
    expect(first).toMatchObject({ changed: [{ zone: 'a.example.' }], unrecorded: { fix: expect.any(String) } });
    lock.release();
    const stored = (): { progress: object | null } =>
      JSON.parse(readFileSync(join(folder, '.zonewright/keys/a.example/keys.json'), 'utf8'));
    expect(stored().progress).toBeNull();
    pass(HOUR);
    write({ [A]: aZone('dnssec: default', 'new: { A: 192.0.2.9 }') });
    expect((await built()).unrecorded).toBeUndefined();
    expect(stored().progress).not.toBeNull();
  });
});
