import { resolve } from 'node:path';
import { type ExistingRelease, findRelease } from '../../compile/release/place.ts';
import { type Failure, failure } from '../failure.ts';

/** The release in a folder, if one was named. Throws a ReleaseError. */
export function releaseIn(folder: string | undefined): { readonly release: ExistingRelease | undefined } | Failure {
  if (folder === undefined) return { release: undefined };
  const release = findRelease(resolve(folder));
  if (release !== undefined) return { release };
  const message = `there is no release in ${resolve(folder)}`;
  return failure('usage', message, 'name the folder that "zonewright build --out" has written');
}
