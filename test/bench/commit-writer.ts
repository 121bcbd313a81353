import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { openCommitter } from '../../src/git/committer.ts';
import { openRepository } from '../../src/git/repository.ts';

/**
 * Changes one zone document after the other, a durable commit each: by the committer, from so many callers at once, or by
 * one long-lived `git fast-import` that is told to write everything down after so many commits.
 */
const [how, folder, count, callers] = process.argv.slice(2) as ['ours' | 'fast-import', string, string, string];
const total = Number(count);
const person = { name: 'Bench', email: 'bench@example.org' };

/** Where the changed document is, and what becomes of it. */
function changeOf(number: number): { readonly path: string; readonly content: string } {
  const zone = (number * 7919) % 10_000;
  const records = Array.from({ length: 50 }, (_, i) => `  name-${i}: { A: 192.0.2.${i === 7 ? number % 256 : i} }\n`);
  return {
    path: `zones/${String(zone % 100).padStart(2, '0')}/zone-${zone}.example.yaml`,
    content: `zone: zone-${zone}.example\n# ${process.pid} ${number}\nrecords:\n${records.join('')}`,
  };
}

async function commitAll(): Promise<void> {
  const repository = await openRepository(folder);
  if (repository === undefined) throw new Error(`${folder} is no repository`);
  const now = () => Math.floor(Date.now() / 1000);
  const committer = await openCommitter(repository, { branch: 'main', committer: person, now });
  let next = 0;
  const call = async (): Promise<void> => {
    while (next < total) {
      const { path, content } = changeOf(next++);
      const outcome = await committer.commit({
        author: person,
        apply: async (files) => {
          if ((await files.read(path)) === undefined) throw new Error(`${path} is not there`);
          return { kind: 'change', files: [{ kind: 'put', path, content }], message: { subject: `change ${path}` } };
        },
      });
      if (outcome.kind !== 'committed') throw new Error(outcome.kind);
    }
  };
  await Promise.all(Array.from({ length: Number(callers) }, call));
  await committer.close();
}

async function importAll(): Promise<void> {
  const settings = ['-c', 'core.fsync=all', '-c', 'fastimport.unpackLimit=1'];
  const child = spawn('git', ['-C', folder, ...settings, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('close', (status) => (status === 0 ? resolve() : reject(new Error(`fast-import ended with ${status}`))));
  });
  for (let done = 0; done < total; ) {
    const batch = Math.min(Number(callers), total - done);
    const commands: string[] = [];
    for (let i = 0; i < batch; i++) {
      const { path, content } = changeOf(done + i);
      const from = done + i === 0 ? 'from refs/heads/main^0\n' : '';
      const head = `commit refs/heads/main\ncommitter B <b@example.org> ${Math.floor(Date.now() / 1000)} +0000\n`;
      commands.push(`${head}data 6\nchange\n${from}M 100644 inline ${path}\ndata ${content.length}\n${content}\n`);
    }
    const written = new Promise((resolve) => lines.once('line', resolve));
    child.stdin.write(`${commands.join('')}checkpoint\nprogress done\n`);
    await written;
    done += batch;
  }
  child.stdin.end();
  await ended;
}

await (how === 'ours' ? commitAll() : importAll());
