import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { initRepository } from '../../src/git/new-repository.ts';
import type { Bench, Side } from './bench.ts';
import { madeNames, zoneDocument } from './inputs.ts';

const PROGRAM = new URL('commit-writer.ts', import.meta.url).pathname;

/** A bare repository with 10,000 zone documents in folders of a hundred. */
async function makeRepository(folder: string): Promise<string> {
  await initRepository(folder, { branch: 'main' });
  const commands = ['commit refs/heads/main\ncommitter B <b@example.org> 1700000000 +0000\ndata 5\nbegin\n'];
  for (let i = 0; i < 10_000; i++) {
    const zone = `zone-${i}.example`;
    const content = Buffer.from([...zoneDocument(madeNames(11, i), zone)].join('')).toString('latin1');
    const path = `zones/${String(i % 100).padStart(2, '0')}/${zone}.yaml`;
    commands.push(`M 100644 inline ${path}\ndata ${content.length}\n${content}\n`);
  }
  const made = spawnSync('git', ['-C', folder, 'fast-import', '--quiet'], {
    input: Buffer.from(commands.join(''), 'latin1'),
    maxBuffer: 1024 * 1024,
  });
  if (made.status !== 0) throw new Error(`git fast-import failed: ${made.stderr}`);
  return folder;
}

/** Durable commits, each a change of one of 10,000 documents, against the fastest way that git offers to a program. */
function commits(callers: number, count: number, goal: number): Bench {
  const words = callers === 1 ? 'one caller' : `${callers} callers at once`;
  return {
    name: `${count} durable commits from ${words}`,
    about: `the committer : one long-lived git fast-import with a checkpoint after ${callers === 1 ? 'each commit' : callers}`,
    goal: { time: goal },
    prepare: async (folder, scale) => {
      const total = String(Math.max(callers, Math.round(count * scale)));
      const side = async (how: string): Promise<Side> => {
        const repository = await makeRepository(join(folder, how));
        return {
          kind: 'command',
          argv: [process.execPath, '--import', 'tsx', PROGRAM, how, repository, total, String(callers)],
        };
      };
      return { ours: await side('ours'), peer: await side('fast-import') };
    },
  };
}

/** What a single API client waits for. */
export const commitsFromOne = commits(1, 1000, 1);

/** What many clients get together. */
export const commitsFromMany = commits(32, 4000, 1);
