import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freePort } from '../setup/name-servers.ts';
import { git, MAIN, scratch } from '../setup/program.ts';
import { needs } from '../setup/tools.ts';
import { blocksOf, page } from './page.ts';

describe.skipIf(needs('curl', 'git', 'bash'))('docs/api.md', () => {
  it('shows requests that are answered', async () => {
    const port = String(await freePort());
    const shown = blocksOf(page('docs/api.md')).filter(({ language }) => language === 'sh');
    const ready = `until curl -fs -o /dev/null http://127.0.0.1:${port}/readyz; do sleep 0.05; done`;
    const script = [
      'set -eu -o pipefail',
      `zonewright() { '${process.execPath}' '${MAIN}' "$@"; }`,
      `'${process.execPath}' '${MAIN}' serve --repo zones.git --state state --listen 127.0.0.1:${port} >serve.log & server=$!`,
      "trap 'kill $server; wait $server' EXIT",
      ready,
      ...shown.map(({ text }) =>
        text.replace(/^zonewright serve .*&$/m, '').replaceAll('curl -sS', 'curl -sS --fail-with-body'),
      ),
    ].join('\n');
    const folder = scratch();
    writeFileSync(join(folder, 'shown.sh'), script.replaceAll('127.0.0.1:8053', `127.0.0.1:${port}`));
    const run = spawnSync('bash', ['shown.sh'], { cwd: folder, encoding: 'utf8', timeout: 120_000 });
    expect([run.status, run.stderr.replace(/^Cloning into.*\n/m, '')], run.stdout).toEqual([0, expect.any(String)]);
    expect(git(join(folder, 'zones.git'), 'log', '--format=%s', 'main').trim().split('\n')).toEqual([
      'www.example.com: A 192.0.2.1 -> 192.0.2.7',
      'example.com: 2 RRsets',
      'web.example.com: add A 192.0.2.9',
      'example.com: add MX 10 mail.example.com., 20 mail.example.net.',
      'www.example.com: add A 192.0.2.1',
      'example.com: new zone',
    ]);
  });
});
