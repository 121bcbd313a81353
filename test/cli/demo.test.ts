import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { put, scratch, zonewright } from '../setup/program.ts';
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

describe('demo', { timeout: 90_000 }, () => {
  it.skipIf(needs('delv', 'git'))('has answers of a zone that it signs validated by delv', () => {
    const { status, stdout, stderr } = zonewright(['demo']);
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

  it('needs no other program, not even git', () => {
    const { status, stdout, stderr } = zonewright(['demo'], { env: { PATH: '/nonexistent' } });
    expect([status, stderr]).toEqual([0, '']);
    expect(verdicts(stdout)).toEqual(OWN);
    expect(stdout).toContain('brand-new.example.com. 3600 A 192.0.2.99');
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
