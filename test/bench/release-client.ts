import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBuilder } from '../../src/pipeline/release/builder.ts';
import type { WantedRelease } from '../../src/pipeline/release/make.ts';
import { ZONEWRIGHT } from './bench.ts';

/**
 * Makes releases as `serve` does, in a process that stays: one from nothing (`cold`), or one for each of some commits of one
 * record, of which the middle one counts (`warm`). The last line has the seconds from the commit to the release in its place.
 */
const [kind, folder, path, record, ...signed] = process.argv.slice(2) as [string, string, string, string, ...string[]];
const repository = join(folder, 'repo.git');
const state = join(folder, 'state');
const wanted = { signed } as unknown as WantedRelease;
const argv = [...ZONEWRIGHT, 'job', 'release', '--repo', repository, '--branch', 'main', '--state', state];
const never = new AbortController().signal;

/** So many changes come before those that are counted, as in a server that has run for a while. */
const BEFORE = 6;
const COUNTED = 9;

if (kind === 'cold')
  for (const each of ['release', 'cache']) rmSync(join(state, each), { recursive: true, force: true });
const builder = openBuilder(argv);
const seconds: number[] = [];
for (let i = 0; i < (kind === 'cold' ? 1 : BEFORE + COUNTED); i++) {
  if (kind !== 'cold') commit();
  const started = process.hrtime.bigint();
  const { built } = await builder.make(wanted, never);
  if (built.kind !== 'built') throw new Error(JSON.stringify(built));
  seconds.push(Number(process.hrtime.bigint() - started) / 1e9);
}
await builder.close();
const counted = seconds.slice(kind === 'cold' ? 0 : BEFORE).sort((a, b) => a - b);
console.log(JSON.stringify({ seconds: counted[counted.length >> 1] }));

/** Adds a name to a zone. */
function commit(): void {
  const place = join(folder, 'document');
  const text = existsSync(place)
    ? readFileSync(place, 'utf8')
    : execFileSync('git', ['-C', repository, 'show', `main:${path}`], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const now = Math.floor(Date.now() / 1000);
  const next = `${text}  changed-${process.hrtime.bigint()}: ${record}\n`;
  writeFileSync(place, next);
  const head = `commit refs/heads/main\ncommitter bench <bench@example.net> ${now} +0000\ndata 6\nchange\nfrom refs/heads/main^0\n`;
  execFileSync('git', ['-C', repository, 'fast-import', '--quiet'], {
    input: `${head}M 100644 inline ${path}\ndata ${next.length}\n${next}\n`,
  });
}
