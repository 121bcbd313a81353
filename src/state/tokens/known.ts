import { createHash } from 'node:crypto';
import type { State } from '../state.ts';
import { findToken, type ShownToken } from './tokens.ts';

/** Tokens that are remembered: who shows others pushes the oldest out. */
const REMEMBERED = 1000;

/**
 * Finds tokens as {@link findToken} does. Those that were found are remembered until any account, grant or token has been
 * written, here or by another process; where the database does not tell that, each is looked for anew.
 */
export function newTokenFinder(state: State): (secret: string) => Promise<ShownToken | undefined> {
  const remembered = new Map<string, { readonly version: string; readonly shown: ShownToken }>();
  return async (secret) => {
    const version = state.accessVersion();
    if (version === undefined) return findToken(state.query, secret);
    const key = createHash('sha256').update(secret).digest('base64url');
    const known = remembered.get(key);
    if (known?.version === version) return known.shown;
    remembered.delete(key);
    const shown = await findToken(state.query, secret);
    if (shown === undefined) return undefined;
    remembered.set(key, { version, shown });
    for (const oldest of remembered.keys()) {
      if (remembered.size <= REMEMBERED) break;
      remembered.delete(oldest);
    }
    return shown;
  };
}
