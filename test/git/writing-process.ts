import { openCommitter } from '../../src/git/committer.ts';
import { openRepository } from '../../src/git/repository.ts';

/** Writes commits to the branch main of a repository with several writers until it is killed; prints the id of each. */
const [folder, name, writers] = process.argv.slice(2) as [string, string, string];
const person = { name, email: 'writer@example.org' };
const repository = await openRepository(folder);
if (repository === undefined) throw new Error('no repository');
const committer = await openCommitter(repository, {
  branch: 'main',
  journal: true,
  committer: person,
  now: () => Math.floor(Date.now() / 1000),
});

async function write(writer: number): Promise<void> {
  const path = `zones/${writer}/zone.yaml`;
  for (let i = 0; ; i++) {
    const outcome = await committer.commit({
      author: person,
      apply: async (files) => ({
        kind: 'change',
        files: [{ kind: 'put', path, content: `${((await files.read(path)) ?? '').slice(-500)}${name} ${i}\n` }],
        message: { subject: `${name} ${i}` },
      }),
    });
    if (outcome.kind === 'committed') process.stdout.write(`${outcome.commit}\n`);
  }
}

for (let writer = 0; writer < Number(writers); writer++) void write(writer);
