import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildRelease } from '../../src/pipeline/build.ts';
import { confirmDs } from '../../src/pipeline/keys/confirm.ts';
import { generateKeys } from '../../src/pipeline/keys/generate.ts';
import { removeKey } from '../../src/pipeline/keys/remove.ts';
import { rollKeys } from '../../src/pipeline/keys/roll.ts';
import { statusOfKeys } from '../../src/pipeline/keys/status.ts';
import { scratchFolder, writeOrRemove } from '../git/scratch-repository.ts';

const HOUR = 3600_000;
const start = Math.floor(Date.now() / 1000) * 1000;

const document = (dnssec: string, address = '192.0.2.1'): string =>
  `ttl: 1h\nsoa: { primary: ns1.example.net., contact: hostmaster@example.net }\ndnssec: ${dnssec}\n` +
  `records:\n  "@": { NS: [ns1.example.net., ns2.example.net.] }\n  www: { A: ${address} }\n`;

/** A zone that is signed in a release; with `ds`, its parent has its DS. The clock is moved by hand. */
async function project({ ds = true } = {}) {
  const folder = scratchFolder();
  const out = join(scratchFolder(), 'release');
  const keys = join(folder, '.zonewright/keys/a.example');
  let now = start;
  const workspace = () => ({ folder, now, version: '1.0.0' });
  const write = (dnssec: string, address?: string): void =>
    writeOrRemove(join(folder, 'zones/a.example.yaml'), document(dnssec, address));
  const generate = async (): Promise<string> => {
    const made = await generateKeys(workspace(), { zones: ['a.example'] });
    return (made.kind === 'generated' && made.zones[0]?.made[0]?.id) || '';
  };
  const build = async (): Promise<string> => {
    const built = await buildRelease(workspace(), { out });
    if (built.kind !== 'refused') return built.kind === 'failure' ? built.message : built.kind;
    return built.report.findings.find(({ severity }) => severity === 'error')?.message ?? '';
  };
  const zoneFile = (): string => readFileSync(join(out, 'zones/a.example.zone'), 'utf8');
  write('default');
  const id = await generate();
  expect(await build()).toBe('built');
  if (ds) {
    now += 3 * HOUR;
    expect(await build()).toBe('built');
    now += HOUR;
    expect(await confirmDs(workspace(), { zone: 'a.example', ds: [id] })).toMatchObject({ kind: 'confirmed' });
    write('default', '192.0.2.9');
    expect(await build()).toBe('built');
  }
  return {
    id,
    keys,
    out,
    workspace,
    write,
    generate,
    build,
    zoneFile,
    pass(time: number): void {
      now += time;
    },
    alarms: async (): Promise<string[]> => {
      const status = await statusOfKeys(workspace(), { zones: [], release: out });
      return status.kind === 'failure'
        ? [status.message]
        : status.zones.flatMap(({ alarms }) => alarms.map(({ message }) => message));
    },
    /** The tags of the keys that have signed. */
    signers: (): string[] => [
      ...new Set([...zoneFile().matchAll(/RRSIG .* (\d+) @ /g)].map(([, tag]) => tag as string)),
    ],
  };
}

const tagOf = (id: string): string => String(Number(id.slice(3)));

describe('a key store that does not know what the release is signed with', () => {
  it('comes back where only keys.json was lost', async () => {
    const { id, keys, write, build, signers, alarms } = await project();
    rmSync(join(keys, 'keys.json'));
    expect(await alarms()).toEqual([expect.stringContaining(`does not name ${id}, with which the release is signed`)]);
    write('default', '192.0.2.2');
    expect(await build()).toBe('built');
    expect(signers()).toEqual([tagOf(id)]);
    expect(existsSync(join(keys, 'keys.json'))).toBe(true);
    expect(await alarms()).toEqual([]);
  });

  it.each(['default', 'false'])('lets nothing be built below a DS where all was lost: dnssec: %s', async (dnssec) => {
    const { id, keys, write, build, zoneFile, generate, alarms } = await project();
    const before = zoneFile();
    rmSync(keys, { recursive: true });
    write(dnssec, '192.0.2.2');
    const missing = expect.stringContaining(`the private key ${id} of a.example. is not in`);
    expect(await build()).toEqual(missing);
    expect(await alarms()).toContainEqual(missing);
    await generate();
    expect(await build()).toEqual(missing);
    expect(zoneFile()).toBe(before);
  });

  it('goes on from an older copy only with the key that it lacks', async () => {
    const { keys, out, workspace, write, build, zoneFile, pass } = await project();
    cpSync(keys, `${keys}.copy`, { recursive: true });
    const rolled = await rollKeys(workspace(), { zones: ['a.example'], release: out });
    const made = rolled.kind === 'rolled' ? rolled.zones[0]?.made[0]?.id : '';
    for (let i = 0; i < 3; i++) {
      expect(await build()).toBe('built');
      pass(3 * HOUR);
    }
    cpSync(keys, `${keys}.new`, { recursive: true });
    rmSync(keys, { recursive: true });
    cpSync(`${keys}.copy`, keys, { recursive: true });
    rmSync(`${keys}.copy`, { recursive: true });
    write('default', '192.0.2.2');
    expect(await build()).toContain(`the private key ${made} of a.example. is not in`);
    cpSync(join(`${keys}.new`, `${made}.pem`), join(keys, `${made}.pem`));
    rmSync(`${keys}.new`, { recursive: true });
    expect(await build()).toBe('built');
    expect(zoneFile().match(/^\S+ +DNSKEY /gm)).toHaveLength(2);
  });

  it('begins anew where the key is gone for good, once somebody says so', async () => {
    const { id, keys, out, workspace, build, generate, signers, pass, write } = await project();
    rmSync(keys, { recursive: true });
    const remove = (breakTheChain: boolean) =>
      removeKey(workspace(), { zone: 'a.example', key: id, breakTheChain, release: out });
    expect(await remove(false)).toMatchObject({
      kind: 'failure',
      message: expect.stringContaining('may need the key'),
    });
    expect(await confirmDs(workspace(), { zone: 'a.example', ds: [], release: out })).toMatchObject({
      kind: 'confirmed',
    });
    pass(48 * HOUR);
    expect(await remove(true)).toMatchObject({ kind: 'removed' });
    const next = await generate();
    write('default', '192.0.2.2');
    expect(await build()).toBe('built');
    expect(signers()).toEqual([tagOf(next)]);
  });

  it('is no obstacle where the parent never had a DS', async () => {
    const { keys, build, generate, signers } = await project({ ds: false });
    rmSync(keys, { recursive: true });
    const next = await generate();
    expect(await build()).toBe('built');
    expect(signers()).toEqual([tagOf(next)]);
  });
});
