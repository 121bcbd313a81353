import type { ExistingRelease } from '../../compile/release/place.ts';
import type { Failure } from '../failure.ts';
import { namedRelease } from '../named-release.ts';

/** The release in a folder, if one was named. Throws a ReleaseError. */
export function releaseIn(folder: string | undefined): { readonly release: ExistingRelease | undefined } | Failure {
  if (folder === undefined) return { release: undefined };
  const found = namedRelease(folder, 'name the folder that "zonewright build --out" has written');
  return 'kind' in found ? found : { release: found };
}
