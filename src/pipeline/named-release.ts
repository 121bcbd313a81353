import { resolve } from 'node:path';
import { type ExistingRelease, findRelease } from '../compile/release/place.ts';
import { type Failure, failure } from './failure.ts';

/** The release in a folder that was named; a failure with this repair where there is none. Throws a ReleaseError. */
export function namedRelease(folder: string, fix: string): ExistingRelease | Failure {
  const path = resolve(folder);
  return findRelease(path) ?? failure('usage', `there is no release in ${path}`, fix);
}
