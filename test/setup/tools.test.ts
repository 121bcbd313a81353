import { afterEach, describe, expect, it, vi } from 'vitest';
import { needs, runTool, tool } from './tools.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('tool', () => {
  it('gives an absolute path, or undefined for what is not installed', () => {
    expect(tool('sh')).toMatch(/^\/.*\/sh$/);
    expect(tool('no-such-program')).toBeUndefined();
  });

  it('finds programs that an ordinary PATH lacks', () => {
    vi.stubEnv('PATH', '');
    expect(tool('chroot')).toMatch(/^\/(usr\/)?sbin\/chroot$/);
  });
});

describe('needs', () => {
  it('is undefined where all programs are there', () => {
    expect(needs('sh', 'cat')).toBeUndefined();
  });

  it('names the Debian package to install, and fails in CI', () => {
    vi.stubEnv('PATH', '');
    vi.stubEnv('CI', 'true');
    expect(() => needs('sh', 'kdig')).toThrow('not installed: sh, kdig (Debian package knot-dnsutils)');
  });
});

describe('runTool', () => {
  it('gives output and exit status', async () => {
    expect(await runTool('cat', [], { input: 'zone' })).toEqual({ status: 0, stdout: 'zone', stderr: '' });
    expect(await runTool('sh', ['-c', 'echo no >&2; exit 3'])).toEqual({ status: 3, stdout: '', stderr: 'no\n' });
  });

  it('takes a program that ends before it has read its input', async () => {
    expect((await runTool('true', [], { input: 'x'.repeat(1_000_000) })).status).toBe(0);
  });

  it('refuses missing programs, dead ones and those that do not end', async () => {
    await expect(runTool('no-such-program', [])).rejects.toThrow('not installed: no-such-program');
    await expect(runTool('sh', ['-c', 'kill -9 $$'])).rejects.toThrow('killed by SIGKILL');
    await expect(runTool('sleep', ['9'], { timeout: 20 })).rejects.toThrow('still running after 20 ms');
  });
});
