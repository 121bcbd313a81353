import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseState } from '../../src/deploy/node/protocol.ts';
import { needs, runTool } from '../setup/tools.ts';
import { ROOT } from './image.ts';
import { type Lab, startLab } from './lab.ts';
import { needsLab } from './needs-lab.ts';
import { overSsh, pinHostKeys } from './ssh.ts';

const TOKEN = 'a1b2c3d4e5f6';
const templates = new URL('../../templates/node/', import.meta.url).pathname;

describe.skipIf(needs('shellcheck', 'visudo'))('the files for nodes', () => {
  it('are clean to shellcheck and visudo', async () => {
    const scripts = ['zonewright-node', 'setup.sh'].map((name) => join(templates, name));
    expect(await runTool('shellcheck', ['--severity=style', ...scripts])).toMatchObject({ status: 0, stdout: '' });
    expect(await runTool('visudo', ['--check', '--strict', '--file', join(templates, 'sudoers')])).toMatchObject({
      status: 0,
    });
  });
});

describe.skipIf(needsLab())('zonewright-node', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await startLab();
    pinHostKeys(lab);
  });

  afterAll(() => lab?.stop());

  const ssh = (command: string, input = '') => overSsh(lab, 'fra1', command, { input });
  const locked = (command: string, input = '') => ssh(`as ${TOKEN} ${command}`, input);
  const done = async (command: string, input = '') => {
    expect({ command, ...(await locked(command, input)) }).toMatchObject({ command, status: 0, stderr: '' });
  };
  const state = async () => {
    const read = parseState((await ssh('ask')).stdout);
    if (typeof read === 'string') throw new Error(read);
    return read;
  };
  const inside = (path: string) => lab.node('fra1').space.outside(join(ROOT, path));

  describe('refuses', () => {
    it('every command that is none of its own', async () => {
      const found = new Map<string, unknown>();
      for (let i = 0; i < foreign.length; i += 8) {
        const commands = foreign.slice(i, i + 8);
        const results = await Promise.all(commands.map((command) => ssh(command)));
        for (const [at, { status, stdout }] of results.entries()) found.set(commands[at] ?? '', { status, stdout });
      }
      expect(found).toEqual(new Map(foreign.map((command) => [command, { status: 64, stdout: '' }])));
    });

    it('what is asked for in another way than by a command', async () => {
      const { plan } = lab.node('fra1');
      const target = ['-F', 'none', '-i', lab.identity, '-o', `UserKnownHostsFile=${lab.folder}/known_hosts`];
      const options = [...target, '-o', 'BatchMode=yes', '-o', 'IdentitiesOnly=yes', '-l', 'zonewright'];
      const shell = await lab.deployer.run(['ssh', ...options, '-tt', plan.address], { input: 'id\n' });
      expect(shell.stdout).not.toMatch(/uid=/);
      expect(shell.status).not.toBe(0);
      const sftp = await lab.deployer.run(['ssh', ...options, '-s', plan.address, 'sftp'], { input: 'x' });
      expect(sftp.status).not.toBe(0);
      const forwarded = await lab.deployer.run([
        ...['ssh', ...options, '-o', 'ExitOnForwardFailure=yes', '-W', '127.0.0.1:22', plan.address],
      ]);
      expect(forwarded.status).not.toBe(0);
    });
  });

  it('lets nobody but the holder of its lock change anything', async () => {
    expect(await locked('mode drained')).toMatchObject({ status: 75 });
    expect(await ssh(`lock ${TOKEN}`, 'first\n')).toMatchObject({ status: 0 });
    expect(await ssh(`lock ${TOKEN}`, 'first\n')).toMatchObject({ status: 0 });
    expect(await ssh('lock abcdefgh', 'second\n')).toEqual({ status: 75, stdout: 'first\n', stderr: '' });
    expect(await ssh('as abcdefgh mode drained')).toMatchObject({ status: 75, stdout: 'first\n' });
    expect((await state()).lock).toMatchObject({ token: TOKEN, holder: 'first' });
    expect(await ssh('break-lock')).toMatchObject({ status: 0 });
    expect((await state()).lock).toBeUndefined();
    expect(await locked('unlock')).toMatchObject({ status: 75 });
    const both = await Promise.all(['aaaaaaaa', 'bbbbbbbb'].map((token) => ssh(`lock ${token}`, `${token}\n`)));
    expect(both.map(({ status }) => status).sort()).toEqual([0, 75]);
    await ssh('break-lock');
    expect(await ssh(`lock ${TOKEN}`, 'x\u0007y\n')).toMatchObject({ status: 1 });
    await ssh(`lock ${TOKEN}`, 'tests\n');
  });

  it('takes a release only if every checksum holds, and keeps what it has for the next', async () => {
    await done('prepare r1 - -');
    await put('r1', { 'zones/a.test.zone': 'one', 'zones/b.test.zone': 'two', 'nameservers/knot.conf': '# none\n' });
    expect(await locked('seal r1', `${'0'.repeat(64)}  zones/a.test.zone\n`)).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/a checksum differs from the manifest\n$/),
    });
    expect(await state()).toMatchObject({ current: undefined, releases: [] });
    await done('seal r1', `${sha256.one}  zones/a.test.zone\n${sha256.two}  zones/b.test.zone\n`);
    expect(await locked('prepare r1 - -')).toMatchObject({ status: 0, stdout: 'there\n' });
    await done('prepare r2 r1 -', '- zones/b.test.zone\n');
    await done('seal r2', `${sha256.one}  zones/a.test.zone\n`);
    expect(readdirSync(inside('releases/r2/zones'))).toEqual(['a.test.zone']);
    const [first, second] = ['r1', 'r2'].map((id) => lstatSync(inside(`releases/${id}/zones/a.test.zone`)).ino);
    expect(second).toBe(first);
  });

  it('turns a release that is no longer needed into the next one', async () => {
    await done('prepare r3 r1 -');
    await done('seal r3');
    await done('prepare r7 r2 r3', '- zones/b.test.zone\n= nameservers/knot.conf\n');
    expect([...(await state()).releases].sort()).toEqual(['r1', 'r2']);
    await done('seal r7', `${sha256.one}  zones/a.test.zone\n`);
    expect(readdirSync(inside('releases/r7/zones'))).toEqual(['a.test.zone']);
    const [theirs, ours] = ['r2', 'r7'].map((id) => lstatSync(inside(`releases/${id}/nameservers/knot.conf`)).ino);
    expect(ours).toBe(theirs);
    expect(await locked('prepare r8 r2 r7', '= ../../../etc/passwd\n')).toMatchObject({ status: 1 });
    await done('remove r7');
  });

  it('makes a release of the one before and the little that differs', async () => {
    const names = Array.from({ length: 400 }, (_, i) => `host${i}.example. A 192.0.2.1\n`);
    const big = names.join('');
    const next = `${names.slice(0, 200).join('')}new.example. A 192.0.2.2\n${names.slice(200).join('')}`;
    await done('prepare n1 - -');
    await put('n1', { 'zones/a.test.zone': big, 'zones/b.test.zone': 'two', 'zones/c.test.zone': 'one' });
    await done('seal n1');
    const half = names.slice(0, 200).join('').length;
    const changed = [
      '- zones/b.test.zone\n',
      `+ ${digest(next)} zones/a.test.zone\nc 0 ${half}\nd 25\nc ${half} ${big.length - half}\n`,
      `+ ${sha256.one} zones/new/d.test.zone\nd 3\n\nnew.example. A 192.0.2.2\none`,
    ].join('');
    await done('renew n2 n1 -', changed);
    const read = (path: string) => readFileSync(inside(`releases/${path}`), 'utf8');
    expect(readdirSync(inside('releases/n2/zones')).sort()).toEqual(['a.test.zone', 'c.test.zone', 'new']);
    expect([read('n2/zones/a.test.zone'), read('n2/zones/new/d.test.zone')]).toEqual([next, 'one']);
    expect(read('n1/zones/a.test.zone')).toBe(big);
    const again = `= zones/b.test.zone\n- zones/new/d.test.zone\n+ ${sha256.two} zones/c.test.zone\nd 3\n\ntwo`;
    await done('renew n3 n1 n2', again);
    expect([read('n3/zones/b.test.zone'), read('n3/zones/c.test.zone')]).toEqual(['two', 'two']);
    expect(read('n1/zones/c.test.zone')).toBe('one');
    expect((await state()).releases).not.toContain('n2');
    const refused = [
      ['renew n3 n1 -', changed, /there is a release n3 already/],
      ['renew n4 n9 -', changed, /there is no release n9/],
      ['renew n4 n1 -', changed.replace('\n\nnew', '\n\nold'), /a checksum differs/],
      ['renew n4 n1 -', changed.slice(0, -1), /was cut off/],
      ['renew n4 n1 -', `${changed.split('\n\n')[0]}\n\n`, /was cut off/],
      ['renew n4 n1 -', `+ ${sha256.one} x\nd 2\n\none\n`, /not of whole lines/],
      ['renew n4 n1 -', '+ - manifest.json\nd 4\n\none\n', /malformed/],
      ['renew n4 n1 -', '- ../../x\n\n', /leads elsewhere/],
      ['renew n4 n1 -', '= /etc/passwd\n\n', /leads elsewhere/],
      ['renew n4 n1 -', `+ ${sha256.one} zones/../../x\nd 3\n\none`, /leads elsewhere/],
      ['renew n4 n1 -', `+ ${sha256.one} x\nd -1\n\none`, /malformed/],
      ['renew n4 n1 -', `+ ${sha256.one} x y\n\n`, /leads elsewhere/],
      ['renew n4 n1 -', '+ 0123 x\n\n', /malformed/],
      ['renew n4 n1 -', 'd 3\n\none', /malformed/],
      ['renew n4 n1 -', '$(id)\n\n', /malformed/],
      [
        'renew n4 n1 -',
        `+ ${digest('include: "/etc/shadow"\n')} nameservers/knot.conf\nd 23\n\ninclude: "/etc/shadow"\n`,
        /says something else/,
      ],
    ] as const;
    for (const [command, input, why] of refused)
      expect({ input, ...(await locked(command, input)) }).toMatchObject({
        input,
        status: 1,
        stderr: expect.stringMatching(why),
      });
    expect((await state()).releases).not.toContain('n4');
    expect(await ssh('renew n4 n1 -', changed)).toMatchObject({ status: 64 });
    await done('remove n1');
    await done('remove n3');
  });

  it('prints the manifest of a release, which is in parts, or in one file where protocol 3 has brought it', async () => {
    await done('prepare m1 - -');
    await put('m1', { 'manifest.json': '{}\n' });
    await done('seal m1');
    expect([(await ssh('manifest m1')).stdout, (await state()).whole]).toEqual(['{}\n', ['m1']]);
    const parts = { '00/07': 'one\n', '00/ff': 'two\n', '01/00': 'one\n' };
    const pluses = Object.entries(parts).map(
      ([path, text]) => `+ ${digest(text)} manifest/${path}\nd ${text.length}\n`,
    );
    const top = `+ ${digest('{\n}\n')} manifest/top.json\nd 4\n`;
    await done('renew m2 m1 -', `- manifest.json\n${pluses.join('')}${top}\n${Object.values(parts).join('')}{\n}\n`);
    const { stdout } = await ssh('manifest m2');
    expect([stdout.slice(-4), stdout.slice(0, -4).match(/.+/g)?.sort()]).toEqual(['{\n}\n', ['one', 'one', 'two']]);
    expect((await state()).whole).toEqual(['m1']);
    await done('remove m1 then remove m2');
  });

  it('runs commands together, each once the one before has ended well', async () => {
    expect(await ssh(`lock ${TOKEN} then ask`, 'tests\n')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^then\nzonewright-node 4\n/),
    });
    await done('prepare t1 - -');
    expect(await locked('mode normal then seal t1 then remove t1', `${sha256.one}  a\n`)).toEqual({
      status: 1,
      stdout: 'then\n',
      stderr: expect.stringMatching(/a checksum differs/),
    });
    expect(await locked('mode normal then seal t1 then remove t1')).toEqual({
      status: 0,
      stdout: 'then\nthen\n',
      stderr: '',
    });
    for (const odd of ['then', 'then ask', 'ask then', 'ask then then ask'])
      expect({ odd, ...(await ssh(odd)) }).toMatchObject({ odd, status: 64 });
    // What stands behind the first is looked at like it.
    expect(await ssh('ask then id')).toMatchObject({ status: 64 });
    expect(await ssh('ask then mode drained')).toMatchObject({ status: 64 });
    expect(await locked('mode normal then as abcdefgh unlock')).toMatchObject({ status: 64 });
    expect((await state()).lock).toMatchObject({ token: TOKEN });
  });

  it('runs commands one after the other in a session, each for itself', async () => {
    const asked = [
      ['ask', ''],
      ['as abcdefgh unlock', ''],
      ['lock bbbbbbbb', 'second\n'],
      [`as ${TOKEN} seal r9`, `${'0'.repeat(64)}  a\n`],
      ['session', ''],
      [`as ${TOKEN} rsync --server -pIRze.LsfxCIvu . releases/.part-r1/`, 'x\n'],
      [`as ${TOKEN} seal r9`, `${'0'.repeat(64)}  a\n`.repeat(40)],
      ['manifest nothing', ''],
      ['ask', ''],
    ] as const;
    const input = asked.map(([command, text]) => `${text.length} ${command}\n${text}`).join('');
    const { status, stdout } = await ssh('session', input);
    expect(status).toBe(0);
    const answers = [...answersIn(stdout)];
    expect(answers.map((answer) => answer.status)).toEqual([0, 75, 75, 1, 64, 1, 1, 1, 0]);
    expect(answers[2]?.stdout).toBe('tests');
    expect(answers[3]?.stderr).toBe('the release r9 was not prepared\n');
    expect(answers[8]?.stdout).toMatch(/^zonewright-node 4\ncurrent -\n(.*\n)+end$/);
    for (const [size, text] of [
      [sha256.one.length + 4, sha256.one],
      [4, 'a  b\n'],
      [2049, 'a  b\n'],
    ])
      expect(await ssh('session', `${size} as ${TOKEN} seal r1\n${text}`)).toMatchObject({ status: 1, stdout: '' });
    for (const command of [...foreign.filter((each) => each.trim() !== '' && !each.includes('\n')), 'x'.repeat(5000)]) {
      const refused = await ssh('session', `0 ${command}\n`);
      expect({ command, status: refused.status === 64 || answersIn(refused.stdout)[0]?.status }).toEqual({
        command,
        status: refused.status === 64 ? true : 64,
      });
    }
    for (const line of ['ask', '-1 ask', '01 ask', '9999999999 ask', '$(id) ask', ''])
      expect({ line, ...(await ssh('session', `${line}\n`)) }).toMatchObject({ line, status: 64, stdout: '' });
  });

  it('receives files in the prepared release and nowhere else', async () => {
    await done('prepare r3 - -');
    const refused = [
      'rsync --server -pIRze.LsfxCIvu . releases/r1/',
      'rsync --server -pIRze.LsfxCIvu . releases/.part-r3/../../',
      'rsync --server -pIRze.LsfxCIvu . /etc/',
      'rsync --server -pIRze.LsfxCIvu . releases/.part-r3/ releases/.part-r3/',
      'rsync --server -lpIRze.LsfxCIvu . releases/.part-r3/',
      'rsync --server -pIRze.LsfxCIvu --log-file=x . releases/.part-r3/',
      'rsync --server -pIRze.LsfxCIvu --temp-dir=/tmp . releases/.part-r3/',
      'rsync --server -pIRze.LsfxCIvu --inplace . releases/.part-r3/',
      'rsync --server --sender -pIRze.LsfxCIvu . releases/.part-r3/',
      'rsync --server --daemon . releases/.part-r3/',
      'rsync --server - . releases/.part-r3/',
    ];
    for (const command of refused) {
      expect({ command, ...(await locked(command)) }).toMatchObject({ command, status: 64 });
    }
    expect(await locked('rsync --server -pIRze.LsfxCIvu . releases/.part-other/')).toMatchObject({ status: 1 });
    expect(await locked('prepare r4 r1 -', '- ../../../etc/passwd\n')).toMatchObject({ status: 1 });
    expect(await locked('prepare r4 r1 -', '- /etc/passwd\n')).toMatchObject({ status: 1 });
    expect(await locked('prepare r4 r1 -', '- -rf\n')).toMatchObject({ status: 0 });
    expect(await locked('seal r4', `${sha256.one}  ../../etc/passwd\n`)).toMatchObject({ status: 1 });
  });

  it.each([
    ['nameservers/knot.conf', 'include: "/etc/shadow"\n'],
    ['nameservers/knot.conf', 'zone:\n  - domain: "a.test."\n    file: "../../../etc/passwd"\n'],
    ['nameservers/knot.conf', 'zone:\n  - domain: "a.test."\n    file: "zones/a.test.zone"\n    acl: all\n'],
    ['nameservers/named.conf', 'zone "a.test." { type primary; file "zones/a.test.zone"; allow-update { any; }; };\n'],
    ['nameservers/named.conf', '# x\rinclude "/etc/shadow";\n'],
    ['nameservers/named.conf', 'zone "a.test." { type primary; file "zones/../../x.zone"; };\n'],
    ['nameservers/nsd.conf', 'verify:\n  enable: yes\n'],
    ['web/Caddyfile', 'a.test {\n\tfile_server browse\n}\n'],
    ['web/Caddyfile', 'a.test {\n\tredir "https://a.test/" 301 }\n}\n'],
    ['web/Caddyfile', '{\n\tadmin 0.0.0.0:2019\n}\n'],
    ['web/Caddyfile', 'import /etc/shadow\n'],
    ['web/varnish.vcl', 'vcl 4.1;\nC{\n}C\n'],
    ['web/varnish.vcl', 'vcl 4.1;\ninclude "/etc/shadow";\n'],
    ['web/varnish.vcl', 'sub vcl_deliver {\n\tset resp.http.X = std.fileread("/etc/shadow");\n}\n'],
  ])('seals no release whose %s says something else than it may: %j', async (file, text) => {
    await done('prepare r5 - -');
    await put('r5', { [file]: text });
    expect(await locked('seal r5')).toMatchObject({ status: 1, stderr: expect.stringContaining(file) });
  });

  it('seals no release that holds a link', async () => {
    await done('prepare r6 - -');
    await lab.node('fra1').space.must(['ln', '-s', '/etc/shadow', `${ROOT}/releases/.part-r6/x`]);
    expect(await locked('seal r6')).toMatchObject({ status: 1 });
  });

  it('announces nothing that was not verified, and switches only where it knows the way back', async () => {
    const frankfurt = lab.node('fra1').space;
    expect(await locked('switch r1')).toMatchObject({ status: 1 });
    await done('hold -');
    await done('switch r1');
    expect(await locked('bird enable anycast4')).toMatchObject({
      status: 1,
      stderr: 'what is served was not verified\n',
    });
    expect(await ssh('may-announce')).toMatchObject({ status: 1 });
    expect(await locked('unhold')).toMatchObject({ status: 1 });
    expect(await locked('verified r2')).toMatchObject({ status: 1 });
    await done('verified r1');
    expect(await ssh('may-announce')).toMatchObject({ status: 0 });
    await done('mode drained');
    expect(await locked('bird enable anycast4')).toMatchObject({ status: 1, stderr: 'the node is drained\n' });
    await done('mode normal');
    await done('unhold');
    expect(await locked('bird enable anycast4')).toMatchObject({ status: 0 });
    expect(await locked('bird disable anycast4')).toMatchObject({ status: 0 });
    expect(await locked('remove r1')).toMatchObject({ status: 1 });
    await done('remove r2');
    expect(await state()).toMatchObject({ current: 'r1', verified: 'r1', hold: undefined, mode: 'normal' });
    expect(readFileSync(inside('verified'), 'utf8')).toBe('r1\n');
    expect(await frankfurt.must(['readlink', `${ROOT}/current`])).toBe('releases/r1\n');
  });

  it('may do nothing else by sudo, and nothing as root', async () => {
    const { space } = lab.node('fra1');
    const as = ['setpriv', '--reuid=zonewright', '--regid=zonewright', '--init-groups', 'env', '-i', 'sudo', '-n'];
    const tries = [
      ['/usr/sbin/knotc', 'reload'],
      ['-u', 'knot', '/usr/sbin/knotc', '-s', '/run/knot/knot.sock', 'stop'],
      ['-u', 'knot', '/usr/sbin/knotc', '-s', '/tmp/knot.sock', 'reload'],
      ['-u', 'knot', '/usr/sbin/knotc', '-s', '/run/knot/knot.sock', '-b', 'zone-reload', '-c', '/tmp/x'],
      ['-u', 'knot', '/usr/sbin/knotc', '-s', '/run/knot/knot.sock', '-b', 'zone-reload', 'a.test.', '-c', '/tmp/x'],
      ['-u', 'knot', '/bin/sh'],
      ['-u', 'knot', '/usr/local/lib/zonewright/zonewright-node', 'knot', 'check-as-server', '../x'],
      ['-u', 'nsd', '/usr/sbin/nsd-control', '-c', '/tmp/x', 'reload', 'a.test.'],
      ['-u', 'nsd', '/usr/sbin/nsd-control', '-c', '/etc/zonewright/nsd-control.conf', 'reload', '-c', '/tmp/x'],
      ['-u', 'bird', '/usr/sbin/birdc', 'down'],
      ['-u', 'bird', '/usr/sbin/birdc', 'enable', 'other'],
      ['-u', 'bird', '/usr/sbin/birdc', '-r', 'show', 'protocols', 'all', 'anycast4', 'x'],
    ];
    for (const command of tries) {
      const { status, stderr } = await space.run([...as, ...command]);
      expect({ command, status, stderr }).toEqual({ command, status: 1, stderr: expect.stringContaining('password') });
    }
    expect(
      await space.run([...as, '-u', 'knot', '/usr/sbin/knotc', '-s', '/run/knot/knot.sock', 'status', 'version']),
    ).toMatchObject({ status: 0 });
  });

  /** What rsync would bring. */
  async function put(id: string, files: Readonly<Record<string, string>>): Promise<void> {
    const { space } = lab.node('fra1');
    for (const [path, text] of Object.entries(files)) await space.write(`${ROOT}/releases/.part-${id}/${path}`, text);
    await space.must(['chown', '-R', 'zonewright:', `${ROOT}/releases`]);
  }
});

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The answers of a session. */
function answersIn(text: string): { readonly status: number; readonly stdout: string; readonly stderr: string }[] {
  const answers = [];
  for (let rest = text; rest !== ''; ) {
    const [line = ''] = rest.split('\n', 1);
    const answer = rest.slice(line.length + 1, line.length + 1 + Number(line));
    rest = rest.slice(line.length + 1 + Number(line));
    const begin = answer.length - 12 - Number(answer.slice(-9));
    const [stderr, stdout] = [answer.slice(0, begin), answer.slice(begin, -12)];
    answers.push({ status: Number(answer.slice(-12, -9)), stdout, stderr });
  }
  return answers;
}

/** Commands of no set: shell syntax, options, paths that lead elsewhere, and words that are missing. */
const foreign = [
  ...['id', 'sh', 'sh -c id', 'ask; id', 'ask && id', 'ask | id', 'ask > /tmp/x', 'ask $(id)', 'ask `id`', 'ask\nid'],
  ...['ask *', 'ask ~', "ask 'x'", 'ask "x"', 'ask \\x', 'ask x', '', ' ', '--help', '-h', 'ASK', 'ask\t', 'ask\u00e9'],
  ...[
    'scp -t /etc',
    'sftp',
    'internal-sftp',
    'rsync --server --sender . /etc',
    'rsync --server -e.L . releases/.part-x/',
  ],
  ...['manifest ../../etc', 'manifest .', 'manifest', 'manifest -x', 'knot check ../..', 'knot check-as-server'],
  ...['knot conf-set', 'knot reload', 'knot stop', 'bird enable anycast4', 'bird show -h', 'bird show', 'frr route x'],
  ...['frr route 192.0.2.0/24;id', 'frr sessions all', 'gobgp routes -h ipv4', 'gobgp routes 1.2.3.4', 'mode normal'],
  ...['gobgp own', 'gobgp own all', 'gobgp own ipv4 x'],
  ...['lock', 'lock x', 'lock UPPERCASE', `lock ${'a'.repeat(65)}`, 'switch empty', 'as', 'as x ask', 'as abcdefgh'],
  `ask ${'a'.repeat(5000)}`,
];

const sha256 = {
  one: '7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed',
  two: '3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3',
};
