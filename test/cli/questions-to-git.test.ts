import { chmodSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { git, put, scratch, zonewright } from '../setup/program.ts';
import { tool } from '../setup/tools.ts';

/** So many zones below a parent, all signed. Most of them are parked: they have one and the same document. */
const ZONES = 60;

/** However many zones there are, git is asked no more often than this: each time a process is started. */
const MOST = 30;

const document = (...records: string[]): string =>
  [
    'ttl: 1h',
    'dnssec: default',
    'soa: { primary: ns1.parent.test., contact: hostmaster@parent.test }',
    'records:',
    '  "@": { NS: [ns1.parent.test., ns2.parent.test.] }',
    ...records.map((record) => `  ${record}`),
    '',
  ].join('\n');

const TEMPLATE = 'templates/parked.yaml';
const template = (text: string): string => `records:\n  "@": { TXT: ${text} }\n`;
const child = (...records: string[]): string => document(...records).replace('records:', 'use: [parked]\nrecords:');

const pathOf = (i: number): string => `zones/${i % 7}/child-${i}.parent.test.yaml`;
const all = Array.from({ length: ZONES }, (_, i) => i);
const parent = (...more: string[]): string =>
  document(
    'ns1: { A: 198.51.100.1, AAAA: 2001:db8::1 }',
    'ns2: { A: 198.51.100.2, AAAA: 2001:db8::2 }',
    ...all.map((i) => `child-${i}: { NS: [ns1, ns2] }`),
    ...more,
  );

/** A repository of these zones with their keys, and what counts how often git is asked. */
function estate() {
  const folder = scratch({ '.gitignore': '.zonewright\n', 'zones/parent.test.yaml': parent() });
  put(folder, TEMPLATE, template('v=spf1 -all'));
  const programs = scratch();
  const log = join(programs, 'log');
  put(programs, 'git', `#!/bin/sh\necho asked >> '${log}'\nexec '${tool('git')}' "$@"\n`);
  chmodSync(join(programs, 'git'), 0o755);
  const commit = (): void => {
    git(folder, 'add', '.');
    git(folder, 'commit', '--quiet', '--message', 'Change');
  };
  for (const i of all)
    put(folder, pathOf(i), child('www: { A: 192.0.2.1 }', ...(i < 9 ? [`x${i}: { A: 192.0.2.9 }`] : [])));
  git(folder, 'init', '--quiet');
  commit();
  const run = (...args: string[]): number => {
    rmSync(log, { force: true });
    const path = `${programs}:${process.env.PATH ?? ''}`;
    const { status, stderr } = zonewright(args, { cwd: folder, env: { PATH: path } });
    expect([args.join(' '), status, status === 0 ? '' : stderr]).toEqual([args.join(' '), 0, '']);
    return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
  };
  return { folder, commit, run };
}

it('are few, however many zones are signed', { timeout: 240_000 }, () => {
  const { folder, commit, run } = estate();
  const asked: Record<string, number> = {};
  asked['keys generate'] = run('keys', 'generate');
  const release = join(folder, '.zonewright/release');
  asked['build of a commit from nothing'] = run('build', '--at', 'HEAD', '--out', release);
  put(folder, 'zones/parent.test.yaml', parent('www: { A: 192.0.2.7 }'));
  asked['plan of one record'] = run('plan');
  commit();
  asked['build of a commit of the parent'] = run('build', '--at', 'HEAD', '--out', release);
  asked['plan of a commit'] = run('plan', '--base', 'HEAD~1', '--head', 'HEAD');
  for (const i of all) put(folder, pathOf(i), child('www: { A: 192.0.2.2 }'));
  commit();
  asked['plan of all zones'] = run('plan', '--base', 'HEAD~1', '--head', 'HEAD');
  // Their serials come from the history, where they had one and the same document, too.
  rmSync(release, { recursive: true });
  asked['build of a commit of all zones'] = run('build', '--at', 'HEAD', '--out', release, '--no-cache');
  put(folder, TEMPLATE, template('v=spf1 mx -all'));
  commit();
  asked['plan of a template'] = run('plan', '--base', 'HEAD~1', '--head', 'HEAD');
  rmSync(release, { recursive: true });
  asked['build of a commit of a template'] = run('build', '--at', 'HEAD', '--out', release, '--no-cache');
  put(folder, 'zonewright.yaml', 'dnssec: { policies: { other: { algorithm: 15 } } }\n');
  asked['plan of other policies'] = run('plan');
  asked['export of the parent'] = run('export', '--signed', 'parent.test');
  const many = Object.entries(asked).filter(([, times]) => times > MOST);
  expect(many).toEqual([]);
  expect(Object.values(asked).some((times) => times > 0)).toBe(true);
});
