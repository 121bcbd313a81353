import { isLocked } from '../../state/files/lock.ts';
import { serveLock } from '../../state/state.ts';

/** Whether a server runs on a state folder, as far as can be seen from here. */
export function isServed(folder: string): boolean {
  try {
    return isLocked(serveLock(folder));
  } catch {
    return false;
  }
}
