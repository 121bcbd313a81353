import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pino } from 'pino';
import { runGit } from '../../../src/git/run.ts';
import { type Running, startServer } from '../../../src/server/running.ts';
import { addAccount, findAccount } from '../../../src/state/accounts/account.ts';
import { addToken, type TokenValues } from '../../../src/state/tokens/tokens.ts';

/** A server for all tests of a file. */
export interface DialectServer extends Running {
  /** A new token of an account, which is made if it is not there. */
  token(name: string, values?: TokenValues & { readonly admin?: boolean }): Promise<string>;
  /** Runs git in the repository. */
  git(...args: string[]): Promise<string>;
  /** Changes a file as a person does: in a clone, with a push. */
  edit(path: string, change: (text: string) => string): Promise<void>;
}

/** Starts a server over a scratch repository on a free port. */
export async function dialectServer(): Promise<DialectServer> {
  const scratch = mkdtempSync(join(tmpdir(), 'zonewright-dialects-'));
  const repository = join(scratch, 'repo.git');
  const running = await startServer({
    repository,
    folder: join(scratch, 'state'),
    listen: { address: '127.0.0.1', port: 0 },
    version: '0.0.0-test',
    log: pino({ level: 'silent' }),
  });
  const { state, origin } = running.services;
  const git = async (folder: string, ...args: string[]): Promise<string> => {
    const { status, stdout, stderr } = await runGit(folder, args);
    if (status !== 0) throw new Error(stderr);
    return stdout.toString('utf8');
  };
  return {
    ...running,
    async close() {
      await running.close();
      rmSync(scratch, { recursive: true, force: true });
    },
    async token(name, { admin = false, ...values } = {}) {
      const account =
        (await findAccount(state.query, { name })) ?? (await addAccount(state.query, name, { admin }, state.now()));
      return (await addToken(state.query, account.id, values, state.now())).secret;
    },
    git: (...args) => git(repository, ...args),
    async edit(path, change) {
      const clone = join(scratch, 'clone');
      await git(scratch, 'clone', '-q', repository, clone);
      const file = join(clone, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, change(existsSync(file) ? readFileSync(file, 'utf8') : ''));
      const person = ['-c', 'user.name=Person', '-c', 'user.email=person@example.net'];
      await git(clone, 'add', '--all');
      await git(clone, ...person, 'commit', '-qm', 'By hand');
      await git(clone, 'push', '-q');
      rmSync(clone, { recursive: true, force: true, maxRetries: 5 });
      await origin.follow();
    },
  };
}
