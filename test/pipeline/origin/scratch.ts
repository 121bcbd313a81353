import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCommitter } from '../../../src/git/committer.ts';
import { initRepository } from '../../../src/git/new-repository.ts';
import { runGit } from '../../../src/git/run.ts';
import type { Caller } from '../../../src/pipeline/origin/caller.ts';
import { type OpenOrigin, openOrigin } from '../../../src/pipeline/origin/open.ts';
import { openState } from '../../../src/state/state.ts';
import type { Scope } from '../../../src/state/tokens/scope.ts';

/** An origin over a scratch repository. */
export interface ScratchOrigin {
  readonly origin: OpenOrigin;
  git(...args: string[]): Promise<string>;
  close(): Promise<void>;
}

/** Opens an origin over an empty repository of its own. */
export async function scratchOrigin(): Promise<ScratchOrigin> {
  const folder = mkdtempSync(join(tmpdir(), 'zonewright-origin-'));
  const repository = await initRepository(join(folder, 'repo.git'), { branch: 'main' });
  const state = await openState({ folder: join(folder, 'state') });
  const committer = await openCommitter(repository, {
    branch: 'main',
    committer: { name: 'zonewright', email: 'zonewright@localhost' },
    now: () => Math.floor(Date.now() / 1000),
  });
  const standing = async () => ({ serial: undefined, synced: false });
  const origin = openOrigin({ repository, committer, state, now: Date.now, standing });
  await origin.follow();
  return {
    origin,
    git: async (...args) => (await runGit(repository.folder, args)).stdout.toString('utf8'),
    async close() {
      await origin.close();
      await committer.close();
      await state.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Who asks, without an account behind it. */
export function scratchCaller(name: string, admin = false, scope: Scope = {}): Caller {
  return {
    account: { id: name.length, name, email: undefined },
    holder: { admin, enabled: true, grants: [], scope },
    from: '127.0.0.1',
    dialect: undefined,
    requestId: 'r1',
  };
}
