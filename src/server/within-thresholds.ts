import { runGit } from '../git/run.ts';
import type { Held } from '../pipeline/build.ts';
import { notAllowed } from '../pipeline/release/allowance.ts';
import type { Made } from '../pipeline/release/make.ts';
import type { Services } from './services.ts';

/** How often a release is made anew because the branch went on meanwhile. */
const ATTEMPTS = 5;

/**
 * Makes the release of the head. It is held where it passes thresholds that nobody has lifted; `released` is the commit that
 * was released last, here or elsewhere. `renews`: what is due for keys is done first.
 */
export async function makeWithinThresholds(
  services: Services,
  released: string | undefined,
  renews: boolean,
  signal: AbortSignal,
): Promise<Made> {
  const { makeRelease, origin, state, repository } = services;
  const signed = origin.signed();
  let made = await makeRelease({ signed, renews }, signal);
  for (let attempt = 1; made.built.kind === 'held'; attempt++) {
    const { built } = made;
    const blocks = await notAllowed(state, repository, built, released, services.own);
    if (blocks.length > 0) return { ...made, built: { ...built, blocks } };
    if (attempt > ATTEMPTS) throw new Error('the branch moves all the time');
    made = await makeRelease({ signed, renews, liftedFor: built.commit }, signal);
  }
  return made;
}

/** Makes the last release before a held one anew: what is served meanwhile stays signed. `undefined`: nobody knows which. */
export async function makeReleaseBefore(
  { makeRelease, origin, repository }: Services,
  { from }: Held,
  released: string | undefined,
  signal: AbortSignal,
): Promise<Made | undefined> {
  // The last release of this process may be older than that of another.
  const older = ['merge-base', '--is-ancestor', from ?? '', released ?? ''];
  const known = [from, released].filter((commit) => commit != null);
  const at = known.length === 2 && (await runGit(repository.folder, older)).status === 0 ? known[1] : known[0];
  return at === undefined ? undefined : makeRelease({ signed: origin.signed(), at, liftedFor: at }, signal);
}

/** Why a release waits, and what to do about it. */
export function reasonOf(blocks: Held['blocks']): string {
  const [first] = blocks;
  const more = blocks.length > 1 ? `, and ${blocks.length - 1} more` : '';
  return `held: ${first?.message}${more}; revert it, or POST /api/v1/deployments {"allow_deletes": true}`;
}
