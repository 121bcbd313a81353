import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { put, zonewrightAside } from '../../setup/program.ts';
import { testEstate } from './estate.ts';

describe('going back with keys', () => {
  it('is refused where the parent has a DS of keys that the older release is not signed with', async () => {
    const estate = await testEstate(['fra1']);
    const run = (...args: string[]) => zonewrightAside(args, estate.folder);
    put(
      estate.folder,
      'zonewright.yaml',
      `${readFileSync(join(estate.folder, 'zonewright.yaml'), 'utf8').replace('deploy: {', 'deploy: { min_announced: 0,')}`,
    );
    expect((await run('deploy')).status).toBe(0);
    const document = readFileSync(join(estate.folder, 'zones/example.com.yaml'), 'utf8');
    put(estate.folder, 'zones/example.com.yaml', `dnssec: default\n${document}`);
    expect((await run('keys', 'generate', 'example.com')).status).toBe(0);
    expect((await run('deploy')).status).toBe(0);
    // As long as nobody at the parent knows of the keys, the zone may become unsigned again, and signed.
    expect((await run('rollback', '--dry-run')).status).toBe(0);
    const key = /"id": "(\d\d-\d{5})"/.exec((await run('keys', 'list', 'example.com', '--json')).stdout)?.[1] as string;
    const confirmed = await run('keys', 'confirm', 'example.com', '--ds', key);
    expect([confirmed.status, confirmed.stderr]).toEqual([0, expect.anything()]);
    put(estate.folder, 'zones/example.com.yaml', `dnssec: default\n${document}  more: { A: 192.0.2.7 }\n`);
    expect((await run('deploy')).status).toBe(0);
    const archive = (await run('nodes', 'status', '--json')).stdout;
    const releases = (JSON.parse(archive) as { nodes: { releases: string[] }[] }).nodes[0]?.releases ?? [];
    expect(releases).toHaveLength(3);
    const { stdout } = await run('rollback', '--dry-run', '--json');
    const unsigned = releases.find(
      (id) => !stdout.includes(`"release": "${id}"`) && !archive.includes(`"current": "${id}"`),
    );
    const refused = await run('rollback', '--to', unsigned as string);
    expect([refused.status, refused.stderr]).toEqual([
      1,
      expect.stringContaining('resolvers would take example.com. for forged'),
    ]);
    expect((await run('rollback')).status).toBe(0);
    expect((await run('rollback', '--to', unsigned as string, '--force')).status).toBe(0);
  });
});
