import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { serving } from '../server/serving.ts';
import { type ProgramResult, put, scratch, zonewright } from '../setup/program.ts';
import { needs } from '../setup/tools.ts';

/** Where the demo validates: what is asked, and what it says of the answer. */
function verdicts(output: string): string[] {
  return [...output.matchAll(/^ {4}(.*), says (delv|zonewright's own verifier)$/gm)].map(
    ([, said, who]) => `${who}: ${said?.replace(/tag \d+/, 'tag N')}`,
  );
}

const FORGED =
  "zonewright's own verifier: bogus: the signature of the A of db.dev.example.com. by key tag N does not verify";

/** What it says of four answers without delv. */
const OWN = [...Array(4).fill("zonewright's own verifier: secure"), FORGED];

/** The commands for curl that it shows, each with the first line of the answer. */
function calls(output: string): { command: string; status: string }[] {
  return [...output.matchAll(/^ {2}\$ (curl (?:.*\\\n)*.*)\n {4}(HTTP\/1\.1 .*)$/gm)].map(
    ([, command = '', status = '']) => ({ command, status }),
  );
}

/** The processes that have a variable with this value. */
function processesWith(value: string): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, 'latin1').includes(value);
    } catch {
      return false;
    }
  });
}

/** Marks the processes of the whole demo, which must not come near the database that the environment names. */
const MARK = randomUUID();

let played: ProgramResult | undefined;

/** The whole demo, played once. */
function whole(): ProgramResult {
  played ??= zonewright(['demo'], { env: { DEMO_MARK: MARK, DATABASE_URL: 'postgres://nowhere.invalid/x' } });
  return played;
}

describe('demo', () => {
  it.skipIf(needs('delv', 'git'))('has answers of a zone that it signs validated by delv', () => {
    const { status, stdout, stderr } = whole();
    expect([status, stderr]).toEqual([0, '']);
    expect(verdicts(stdout)).toEqual([
      'delv: fully validated',
      'delv: fully validated',
      'delv: negative response, fully validated',
      'delv: negative response, fully validated',
      FORGED,
    ]);
    expect(stdout).toMatch(/^ {4}\+dnssec: default$/m);
    expect(stdout).toMatch(/^ {4}dev\.example\.com\. IN DS \d+ 13 2 [0-9A-F]{64}$/m);
    expect(stdout).not.toContain('PRIVATE KEY');
    expect(stdout).toContain('brand-new.example.com. 3600 A 192.0.2.99');
  });

  it.skipIf(needs('git', 'curl'))('serves a repository that programs and people write to', async () => {
    const { status, stdout, stderr } = whole();
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^ {4}- {2}www: \{ A: 192\.0\.2\.20 \}\n {4}\+ {2}www: \{ A: 192\.0\.2\.21 \}$/m);
    expect(stdout).toMatch(/^ {4}remote: zones\/shop\.example\.yaml:\d+:\d+: error ipv4-syntax: "192\.0\.2\.300"/m);
    expect(stdout).toContain('! [remote rejected] main -> main (pre-receive hook declined)');
    expect(stdout).toContain('zonewright-deployed: true');
    expect(stdout).toContain('par1: www.shop.example A 192.0.2.22 (written over REST)');
    expect(stdout).toContain('par1: cart.shop.example A 192.0.2.30 (pushed)');
    expect(stdout).not.toMatch(/zw_\w/);
    expect(processesWith(MARK)).toEqual([]);

    // What it shows is what a user can type.
    const shown = calls(stdout);
    expect(shown).toHaveLength(5);
    const { url, user } = await serving();
    const TOKEN = await user('paula', { admin: true });
    for (const { command, status: desired } of shown) {
      const here = command.replace(/http:\/\/127\.0\.0\.1:\d+/, url);
      const answer = await promisify(execFile)('sh', ['-c', here], { env: { ...process.env, TOKEN } });
      expect(answer.stdout.split('\r\n')[0]).toBe(desired);
    }
  });

  it('needs no other program, not even git', () => {
    const { status, stdout, stderr } = zonewright(['demo'], { env: { PATH: '/nonexistent' } });
    expect([status, stderr]).toEqual([0, '']);
    expect(verdicts(stdout)).toEqual(OWN);
    expect(stdout).toContain('brand-new.example.com. 3600 A 192.0.2.99');
    expect(stdout).toContain('With git the demo goes on');
  });

  it('goes by its own verifier where delv is one that does not know how', () => {
    const bin = scratch();
    put(bin, 'delv', "#!/bin/sh\necho 'Invalid option: +root' >&2\nexit 1\n");
    chmodSync(join(bin, 'delv'), 0o755);
    const { status, stdout } = zonewright(['demo'], { env: { PATH: bin } });
    expect(status).toBe(0);
    expect(verdicts(stdout)).toEqual(OWN);
  });
});
