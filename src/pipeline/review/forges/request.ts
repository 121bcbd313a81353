import { ForgeError } from '../forge.ts';

/** How long a host may take for an answer, in milliseconds. */
const TIMEOUT = 30_000;

/** A fetch that does not wait for ever. */
export const timedFetch: typeof fetch = (input, init) =>
  fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT) });

/** A text of at most so many characters, whose end shows that something is missing. */
export function shortened(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // Half of a surrogate pair is no character.
  return `${text.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** An API that speaks JSON. */
export interface JsonApi {
  /** The answer's body; `undefined` where there is nothing (404) and `may` says so. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH', path: string, body?: object): Promise<unknown>;
}

/** Opens an API. `name` is the host in messages; the headers are in none. */
export function jsonApi(name: string, url: string, headers: Readonly<Record<string, string>>): JsonApi {
  return {
    async ask(method, path, body) {
      const response = await timedFetch(`${url}${path}`, {
        method,
        headers: { accept: 'application/json', ...headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
        // A token must not follow to another host.
        redirect: 'error',
      });
      const text = await response.text();
      if (response.ok) return text === '' ? undefined : JSON.parse(text);
      const said = `${name} answers ${response.status}: ${shortened(text.replace(/\s+/g, ' '), 300)}`;
      if (response.status >= 500 || response.status === 429 || response.status === 408) throw new Error(said);
      const fix =
        response.status === 401 || response.status === 403
          ? 'look whether the token is right, has not ended, and what it may do in the repository'
          : 'look whether the address and the repository are right, and at what the host says';
      throw new ForgeError(said, fix, response.status);
    },
  };
}

/** Gives `undefined` in the place of a 404. */
export function noneIfMissing(error: unknown): undefined {
  if (error instanceof ForgeError && error.cause === 404) return undefined;
  throw error;
}
