import { resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Declare } from './commands.ts';
import { EXIT } from './exit.ts';
import { version } from './version.ts';

/** How long after its end the process may finish what it has begun, in milliseconds. */
const LINGER = 200;

/** `zonewright job NAME`: what a server has done by processes of its own. */
export const declare: Declare = (command, run) => {
  command
    .command('release')
    .description('make releases of the head, one for each line of the standard input')
    .requiredOption('--repo <dir>', 'the bare repository')
    .requiredOption('--branch <name>', 'the deployed branch')
    .requiredOption('--state <dir>', 'the folder of the state')
    .action(({ repo, branch, state }: { repo: string; branch: string; state: string }) =>
      run(async ({ terminal }) => {
        const [{ openReleaseStore }, { makeRelease }, { makeReleases }, { newMemory }] = await Promise.all([
          import('../pipeline/release/store.ts'),
          import('../pipeline/release/make.ts'),
          import('../pipeline/release/resident.ts'),
          import('../pipeline/memory.ts'),
        ]);
        // Whoever started it has died: nobody waits for what is being made.
        process.stdin.once('end', () => {
          memory.rest();
          process.exit(EXIT.ok);
        });
        const place = { repository: resolve(repo), branch, folder: resolve(state) };
        const memory = newMemory();
        const store = openReleaseStore({ ...place, now: Date.now, version: version(), memory });
        try {
          await makeReleases({
            input: process.stdin,
            make: (wanted) => makeRelease(store, wanted),
            answer: terminal.out,
            rest() {
              memory.rest();
              collectGarbage();
            },
          });
          return EXIT.ok;
        } finally {
          // Whatever is still open must not keep it.
          setTimeout(() => process.exit(), LINGER).unref();
        }
      }),
    );
};

/** Gives memory back that a release has left behind; without work to do the engine would keep it. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}
